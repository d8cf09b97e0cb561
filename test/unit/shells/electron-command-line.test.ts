import { describe, expect, it } from "vitest";
import { readCommandLine } from "../../../src-main/shells/electron/command-line.ts";

describe("the command line of SENA's window", () => {
  it("is read behind the folder that Electron is given", () => {
    expect(readCommandLine(["/checkout", "--lab", "--home", "/srv/sena", "--verbose"])).toEqual({ home: "/srv/sena", lab: true, verbose: true, wantsHelp: false, refused: undefined, others: [] });
    expect(readCommandLine(["--home=/srv/sena"])).toMatchObject({ home: "/srv/sena", lab: false, refused: undefined });
  });

  it("names what is none of SENA's and starts all the same, for it may be Chromium's", () => {
    expect(readCommandLine(["--no-sandbox", "--lap", "--password-store=gnome-libsecret", "--lab"])).toMatchObject({ lab: true, refused: undefined, others: ["--no-sandbox", "--lap", "--password-store"] });
  });

  it.each([["--home"], ["--home="], ["--home", "--lab"]])("refuses %s %s, where no folder is named, instead of opening another home", (...args) => {
    expect(readCommandLine(args).refused).toBe("--home takes a folder.");
  });
});
