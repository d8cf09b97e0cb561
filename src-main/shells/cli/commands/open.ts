import { createConnection } from "node:net";
import { text } from "node:stream/consumers";
import { socketPath } from "../../process/home.ts";
import type { Command, CommandUse } from "../io.ts";

const openCommand: Command = async (_argv, { io, home }) => {
  const socket = createConnection(socketPath(home, "station"));
  try {
    const { url } = JSON.parse(await text(socket)) as { url: string };
    io.stdout.write(`${url}\n`);
    return 0;
  } catch {
    io.stderr.write(`sena: no station runs for the home ${home}. Start it with: npm start (or sena-station).\n`);
    return 1;
  }
};

export const openUse: CommandUse = { help: "sena open   a fresh one-time address of the running station of this home\n", run: openCommand };
