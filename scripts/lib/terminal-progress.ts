import type { MultiBar, SingleBar } from "cli-progress";
import type { Progress, ProgressEvent } from "../../jobs/progress.ts";
import { formatByteSize } from "../../plan/byte-size.ts";

export interface TerminalProgress {
  readonly report: Progress;
  /** Writes a line of text without tearing the bars. */
  say(text: string): void;
  /** Takes the bars off, for good. */
  stop(): void;
}

/** Bars on a terminal, one for each step that has begun; elsewhere nothing, so that logs stay readable. */
export async function terminalProgress(stream: NodeJS.WriteStream): Promise<TerminalProgress> {
  if (!stream.isTTY) {
    return { report: () => {}, say: (text) => void stream.write(`${text}\n`), stop: () => {} };
  }
  const { MultiBar: Bars } = await import("cli-progress");
  let bars: MultiBar | undefined;
  const known = new Map<string, SingleBar>();
  const report = (event: ProgressEvent): void => {
    bars ??= new Bars({
      stream,
      format: "  {step} {bar} {percentage}%  {amount}  {duration_formatted}",
      barCompleteChar: "█",
      barIncompleteChar: "░",
      barsize: 30,
      hideCursor: true,
      clearOnComplete: false,
      linewrap: false,
    });
    const payload = { step: event.step.padEnd(16), amount: amount(event) };
    const bar = known.get(event.step) ?? bars.create(event.total, 0, payload);
    known.set(event.step, bar);
    if (event.total !== bar.getTotal()) bar.setTotal(event.total);
    bar.update(event.done, payload);
  };
  return {
    report,
    say: (text) => {
      if (bars) bars.log(`${text}\n`);
      else stream.write(`${text}\n`);
    },
    stop: () => {
      bars?.stop();
      bars = undefined;
      known.clear();
    },
  };
}

function amount({ done, total, unit }: ProgressEvent): string {
  const show = unit === "items" ? String : formatByteSize;
  return total > 0 ? `${show(done)} of ${show(total)}` : show(done);
}
