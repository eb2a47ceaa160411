import {
  type Fault,
  isProjectFault,
  type ProjectFault,
  type ProjectFaultKind,
  type RequestFault,
} from "./fault.ts";

interface Switch {
  readonly fault: Fault;
  left: number;
}

const switchOf = (fault: Fault): Switch => ({
  fault,
  left: ("times" in fault ? fault.times : undefined) ?? Number.POSITIVE_INFINITY,
});
const leftOf = ({ fault, left }: Switch): Fault =>
  "times" in fault && Number.isFinite(left) ? { ...fault, times: left } : fault;

/** The faults that are switched on, oldest first; of several that match a request the oldest is used. */
export class FaultSwitches {
  #switches: Switch[] = [];
  readonly #changed: (faults: readonly Fault[]) => void;

  /** @param changed is told what is on after each change */
  constructor(faults: readonly Fault[], changed: (faults: readonly Fault[]) => void) {
    this.#changed = changed;
    this.#switches = faults.map(switchOf);
  }

  add(...faults: readonly Fault[]): void {
    this.#switches.push(...faults.map(switchOf));
    this.#tell();
  }

  /** What is on, with the times that are left. */
  list(): readonly Fault[] {
    return this.#switches.map(leftOf);
  }

  /** Switches faults off: those of one project, or all. */
  clear(ref?: string): void {
    this.#switches = this.#switches.filter(
      ({ fault }) => ref !== undefined && (isProjectFault(fault) ? fault.ref : fault.match?.ref) !== ref,
    );
    this.#tell();
  }

  /** The fault that meets this request; it counts as used. */
  takeForRequest(
    { method, path }: { readonly method: string; readonly path: string },
    ref: string | undefined,
  ): RequestFault | undefined {
    return this.#take((fault): fault is RequestFault => {
      if (isProjectFault(fault)) return false;
      const { match = {} } = fault;
      return (
        (match.method === undefined || match.method === method) &&
        (match.path === undefined || match.path === path) &&
        (match.ref === undefined || match.ref === ref)
      );
    });
  }

  /** The fault of this kind on the project; it counts as used. */
  takeForProject(ref: string, kind: ProjectFaultKind): ProjectFault | undefined {
    return this.#take(
      (fault): fault is ProjectFault => isProjectFault(fault) && fault.ref === ref && fault.kind === kind,
    );
  }

  /** The fault of this kind on the project, without using it. */
  findForProject<Kind extends ProjectFaultKind>(
    ref: string,
    kind: Kind,
  ): Extract<ProjectFault, { kind: Kind }> | undefined {
    const is = (fault: Fault): fault is Extract<ProjectFault, { kind: Kind }> =>
      isProjectFault(fault) && fault.ref === ref && fault.kind === kind;
    return this.list().find(is);
  }

  #take<Kind extends Fault>(matches: (fault: Fault) => fault is Kind): Kind | undefined {
    for (const one of this.#switches) {
      const { fault } = one;
      if (!matches(fault)) continue;
      one.left -= 1;
      if (one.left <= 0) this.#switches = this.#switches.filter((other) => other !== one);
      this.#tell();
      return fault;
    }
    return undefined;
  }

  #tell(): void {
    this.#changed(this.list());
  }
}
