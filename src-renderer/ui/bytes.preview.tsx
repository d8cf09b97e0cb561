import type { Preview } from "../lib/preview.ts";
import { Bytes, Code } from "./bytes.tsx";
import { KeyValues } from "./key-values.tsx";
import { Card } from "./page.tsx";
import { Stack } from "./preview-row.tsx";
import { EffectTag } from "./tag.tsx";

export const previews: readonly Preview[] = [
  { name: "A command to approve", draw: () => <Bytes look="strong" label="Command" text={"sed -i '14s/proxy_passs/proxy_pass/' /etc/nginx/conf.d/intranet.conf\nnginx -t && systemctl start nginx"} /> },
  { name: "Output", draw: () => <Bytes label="Output of nginx -t" text={'nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/intranet.conf:14\nnginx: configuration file /etc/nginx/nginx.conf test failed'} /> },
  { name: "Hidden characters", draw: () => <Bytes look="strong" label="Command" text={"rm -rf /tmp/x \u202e\u2066# sruoy\u2069\u2066 ot\necho p\u0430yload\u200b | sh\u001b[8m"} /> },
  { name: "A long line, wrapped", draw: () => <Bytes wraps label="Command" text={`curl --fail --silent --show-error ${"https://10.0.4.12/healthz ".repeat(8)}`} /> },
  {
    name: "Facts in a card",
    draw: () => (
      <Stack width={560}>
        <Card title="web-01" trailing={<EffectTag effect="read" />}>
          <KeyValues
            items={[
              { key: "Runs on", value: <Code>web-01</Code> },
              { key: "Why asked", value: "changes a file and starts a service on prod" },
              { key: "Host key", value: <Code>SHA256:9fQ2…x0c</Code> },
            ]}
          />
        </Card>
      </Stack>
    ),
  },
];
