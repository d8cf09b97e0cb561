import { SourceTrouble } from "./http.ts";
import type { Connector, ConnectorNeeds, Item, Step } from "./port.ts";

export type SharepointSettings = { readonly tenant: string; readonly client: string; readonly drive: string; /** Both differ in national clouds. */ readonly graphUrl: string; readonly loginUrl: string };
type DriveItem = { readonly id: string; readonly name?: string; readonly eTag?: string; readonly cTag?: string; readonly size?: number; readonly lastModifiedDateTime?: string; readonly webUrl?: string; readonly file?: object; readonly deleted?: object; readonly parentReference?: { readonly path?: string } };
type Delta = { readonly value: readonly DriveItem[]; readonly "@odata.nextLink"?: string; readonly "@odata.deltaLink"?: string };

/** A drive of SharePoint or OneDrive by Graph's deltas: the service says what changed and what is gone since the last link. */
export function sharepoint({ tenant, client, drive, graphUrl, loginUrl }: SharepointSettings, { http, secret, now }: ConnectorNeeds): Connector {
  const graph = graphUrl.replace(/\/+$/, "");
  let token = "";
  let tokenUntil = 0;
  const headers = async (): Promise<Record<string, string>> => {
    if (now() > tokenUntil) {
      const body = new URLSearchParams({ grant_type: "client_credentials", client_id: client, client_secret: await secret(), scope: `${new URL(graph).origin}/.default` }).toString();
      const answer = await http.send(`${loginUrl.replace(/\/+$/, "")}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body, accepts: [400, 401] });
      const { access_token, expires_in } = JSON.parse(new TextDecoder().decode(answer.bytes)) as { readonly access_token?: string; readonly expires_in?: number };
      if (access_token === undefined) throw new SourceTrouble("the sign-in refused the client secret: it may have expired");
      token = access_token;
      tokenUntil = now() + Math.max(0, (expires_in ?? 0) - 60) * 1_000;
    }
    return { authorization: `Bearer ${token}` };
  };
  const root = `${graph}/v1.0/drives/${encodeURIComponent(drive)}`;
  const itemOf = (item: DriveItem): Item => ({
    id: item.id,
    path: `${decodeURIComponent((item.parentReference?.path ?? "").replace(/^.*?root:?\/?/, ""))}/${item.name ?? item.id}`.replace(/^\/+/, ""),
    version: item.cTag ?? item.eTag ?? item.lastModifiedDateTime ?? "",
    url: item.webUrl ?? "",
    modifiedAt: Date.parse(item.lastModifiedDateTime ?? "") || 0,
    async fetch() {
      const answer = await http.send(`${root}/items/${encodeURIComponent(item.id)}/content`, { headers: await headers(), accepts: [404] });
      return answer.status === 404 ? undefined : answer.bytes;
    },
  });

  return {
    async *changes({ cursor }) {
      let link: string | undefined = cursor === "" ? `${root}/root/delta` : cursor;
      // A link that leads elsewhere would carry the token there.
      const own = (to: string): string => {
        if (new URL(to).origin !== new URL(graph).origin) throw new SourceTrouble("Graph named a next page on another host");
        return to;
      };
      let isFresh = cursor === "";
      while (link !== undefined) {
        const answer = await http.send(own(link), { headers: await headers(), accepts: [410] });
        if (answer.status === 410) {
          // The link is too old: everything is listed anew, what is known by version is not fetched again.
          isFresh = true;
          link = `${root}/root/delta`;
          continue;
        }
        const delta = JSON.parse(new TextDecoder().decode(answer.bytes)) as Delta;
        link = delta["@odata.nextLink"];
        const step: Step = { items: delta.value.filter((item) => item.file !== undefined && item.deleted === undefined).map(itemOf), gone: delta.value.filter((item) => item.deleted !== undefined).map(({ id }) => id), cursor: delta["@odata.nextLink"] ?? delta["@odata.deltaLink"], isWhole: isFresh && link === undefined };
        yield step;
      }
    },
  };
}
