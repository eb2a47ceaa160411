import assert from "node:assert/strict";
import { mapTask } from "../../../sandbox/tasks/map-task.ts";

const task = (more: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::ecs:runTask.sync",
  Parameters: {
    Cluster: "c",
    "TaskDefinition.$": "$.task",
    Overrides: {
      ContainerOverrides: [
        {
          Name: "job",
          "Command.$": "States.Array('node', 'scripts/backup.ts', '--project', $.project, States)",
          Environment: [{ Name: "POINT", "Value.$": "States.Format('{}/{}', $.project, $.index)" }],
        },
      ],
    },
    ...more,
  },
  End: true,
});

const machine = (state: object, map: object = {}): string =>
  JSON.stringify({
    StartAt: "Projects",
    States: {
      Projects: {
        Type: "Map",
        ItemSelector: {
          "project.$": "$$.Map.Item.Value.name",
          "index.$": "$$.Map.Item.Index",
          "task.$": "$.task",
        },
        ItemProcessor: { StartAt: "Run", States: { Run: state } },
        ...map,
      },
    },
  });

describe("what a map starts for one item", () => {
  it("is its task with the item's values filled in", () => {
    const text = machine(task()).replace(", States)", ")");
    assert.deepEqual(mapTask(text, { name: "it's", task: "family:3" }, 4), {
      taskDefinition: "family:3",
      input: {
        ContainerOverrides: [
          {
            Name: "job",
            Command: ["node", "scripts/backup.ts", "--project", "it's"],
            Environment: [{ Name: "POINT", Value: "it's/4" }],
          },
        ],
      },
    });
    const plain = machine(task({ Overrides: {} }), { ItemSelector: undefined });
    assert.deepEqual(mapTask(plain, { task: "f" }), { taskDefinition: "f", input: {} });
  });

  it("is refused by its text where an expression is not known, or nothing fits", () => {
    const refused = (text: string, message: RegExp) =>
      assert.throws(() => mapTask(text, { name: "a", task: "f" }), { code: "MAP_UNSUPPORTED", message });
    refused(machine(task()), /the expression States is not known/);
    refused(
      machine(task({ "X.$": "$.none" })).replace(", States)", ")"),
      /the path \$\.none leads to nothing/,
    );
    refused(machine({ Type: "Wait" }), /no state that runs a task of ECS/);
    refused(JSON.stringify({ States: {} }), /no state of the type Map/);
    refused(JSON.stringify({ QueryLanguage: "JSONata", States: {} }), /JSONata/);
  });
});
