/** CPU units and MiB of the tasks that look, and move no data: watch and sweep. */
export const SMALL_TASK = { cpu: 512, memoryMiB: 1024 } as const;
