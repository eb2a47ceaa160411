import { PolicyPack } from "@pulumi/policy";

new PolicyPack("things", {
  policies: [
    {
      name: "no-evil",
      description: "Things are not evil.",
      enforcementLevel: "mandatory",
      validateResource: ({ props }, report) => {
        if (props.x === "evil") report("this is evil");
      },
    },
    {
      name: "no-doubt",
      description: "Things are not doubtful.",
      enforcementLevel: "advisory",
      validateResource: ({ props }, report) => {
        if (props.x === "doubtful") report("this is doubtful");
      },
    },
    {
      name: "few",
      description: "There are few things.",
      enforcementLevel: "mandatory",
      validateStack: ({ resources }, report) => {
        const many = resources.filter(({ props }) => props.x === "one of many");
        if (many.length > 1) report(`there are ${many.length}`, many[0].urn);
      },
    },
  ],
});
