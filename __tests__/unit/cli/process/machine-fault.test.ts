import { machineFault } from "../../../../cli/process/machine-fault.cjs";

test.each(["open", "connect", "spawn /bin/sh", "listen", "scandir"])(
  "a limit on open files is a fault of the machine, whichever call meets it: %s",
  (syscall) => {
    for (const code of ["EMFILE", "ENFILE"]) {
      expect(machineFault({ code, syscall }, "/p")).toMatch(
        new RegExp(`^more files .* \\(${code}, ${syscall}\\)\n    `),
      );
    }
  },
);

test.each([
  { code: "ECONNREFUSED", syscall: "connect" },
  { code: "EADDRINUSE", syscall: "listen" },
  { code: "EACCES", syscall: "listen" },
  { code: "ENOENT", syscall: "open", path: "/p/x" },
  undefined,
])("%j is no fault of the machine", (error) => {
  expect(machineFault(error, "/p")).toBeUndefined();
});
