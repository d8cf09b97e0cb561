import type { Family } from "../grammar.ts";
import { containers } from "./containers.ts";
import { coreutils } from "./coreutils.ts";
import { hardware } from "./hardware.ts";
import { inquiries } from "./inquiries.ts";
import { network } from "./network.ts";
import { packages } from "./packages.ts";
import { processes } from "./processes.ts";
import { servers } from "./servers.ts";
import { system } from "./system.ts";
import { text } from "./text.ts";

export const FAMILIES: readonly Family[] = [coreutils, text, processes, system, network, hardware, containers, packages, servers, inquiries];
