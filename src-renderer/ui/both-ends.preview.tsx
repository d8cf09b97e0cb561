import type { Preview } from "../lib/preview.ts";
import { BothEnds } from "./both-ends.tsx";
import { Stack } from "./preview-row.tsx";

export const previews: readonly Preview[] = [
  {
    name: "Both ends of long names, one short",
    draw: () => (
      <Stack>
        {["app-server-frankfurt-rack12-node-0001", "app-server-frankfurt-rack12-node-0002.lab.example", "web-01.frankfurt.example", "web-01"].map((name) => (
          <div key={name} style={{ width: "160px", overflow: "hidden" }}>
            <BothEnds text={name} />
          </div>
        ))}
      </Stack>
    ),
  },
];
