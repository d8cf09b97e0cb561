import { lazy } from "react";
import type { PaletteSource, Screen } from "../../app/screen.ts";

/** Of thousands of hosts the first ones, and whichever fit what was typed. */
const SHOWN = 100;

const hostsFor: NonNullable<PaletteSource["find"]> = async ({ client }, typed, signal) => {
  const { rows } = await client.hosts.list({ filter: { text: typed }, order: { by: "name", down: false }, offset: 0, limit: SHOWN }, { signal });
  return rows.map((host) => ({ id: host.id, title: host.name, note: `${host.environment} · ${host.address}`, words: [...host.groups, ...host.tags], run: ({ navigate }) => navigate(`/hosts/${host.id}`) }));
};

export const screen: Screen = {
  id: "hosts",
  title: "Hosts",
  icon: "hosts",
  path: "hosts",
  element: lazy(() => import("./screen.tsx").then((module) => ({ default: module.HostsScreen }))),
  commands: [
    { id: "hosts.add", title: "Add a host", icon: "plus", run: ({ navigate }) => navigate("/hosts?do=add") },
    { id: "hosts.import", title: "Import hosts", icon: "download", words: ["ansible", "csv", "ssh config", "known_hosts"], run: ({ navigate }) => navigate("/hosts?do=import") },
  ],
  sources: [
    {
      id: "hosts",
      title: "Hosts",
      icon: "hosts",
      load: (app, signal) => hostsFor(app, "", signal),
      find: hostsFor,
    },
  ],
};

/** What servers ask while a connection is made, wherever one is: mounted once, over every screen. */
export const ServerQuestions = lazy(() => import("./server-questions.tsx").then((module) => ({ default: module.ServerQuestions })));
