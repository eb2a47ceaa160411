const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** A schedule in words where they are clearer than cron: `daily at 02:00`, `Mondays at 05:00`; else the cron. */
export function describeSchedule(cron: string): string {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = cron.trim().split(/\s+/);
  const number = /^\d+$/;
  if (!number.test(minute)) return `cron ${cron}`;
  const everyDay = day === "*" && month === "*" && weekday === "*";
  if (everyDay && hour === "*") return `hourly at minute ${minute}`;
  if (!number.test(hour)) return `cron ${cron}`;
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (everyDay) return `daily at ${time}`;
  if (day === "*" && month === "*" && number.test(weekday)) return `${DAYS[Number(weekday) % 7]}s at ${time}`;
  if (!number.test(day) || weekday !== "*") return `cron ${cron}`;
  if (month === "*") return `monthly on day ${day} at ${time}`;
  const months = month.split(",").map((name) => (number.test(name) ? MONTHS[Number(name) - 1] : undefined));
  if (months.some((name) => name === undefined)) return `cron ${cron}`;
  return `on ${day} ${months.join(", ")} at ${time}`;
}
