import { useEffect, useMemo, useState } from "react";
import type { BulkChange, HostFilter } from "../../../src-main/contract/index.ts";
import { ScreenBar } from "../../app/screen-bar.tsx";
import { useApp, useCommands, useRoute } from "../../app/use-app.ts";
import { formatCount, plural } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import type { Sort } from "../../ui/table.tsx";
import { BulkDialog } from "./bulk-dialog.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { FilterPane } from "./filter-pane.tsx";
import { HostTable } from "./host-table.tsx";
import { ImportDialog } from "./import-dialog.tsx";
import { OpenHost } from "./open-host.tsx";
import { EditHost } from "./edit-host.tsx";
import styles from "./hosts.module.css";
import { useHosts } from "./use-hosts.ts";
import { failureText } from "./words.ts";

type Doing = "" | "add" | "import" | "bulk" | "remove";

export const HostsScreen = () => {
  const { client, navigate, toast } = useApp();
  const { rest, params } = useRoute();
  const [filter, setFilter] = useState<HostFilter>({});
  const [sort, setSort] = useState<Sort>({ column: "name", direction: "ascending" });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [doing, setDoing] = useState<Doing>("");
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const order = useMemo(() => ({ by: sort.column as "name" | "address" | "environment", down: sort.direction === "descending" }), [sort]);
  const hosts = useHosts(filter, order);
  const selectedId = rest[0];
  const asked = params.get("do");
  useEffect(() => {
    if (asked === "add" || asked === "import") {
      setDoing(asked);
      navigate("/hosts");
    }
  }, [asked, navigate]);
  useCommands([{ id: "hosts.new", title: "Add a host", icon: "plus", keys: "n", run: () => setDoing("add") }]);

  const finish = (say: string) => {
    setDoing("");
    setChosen(new Set());
    toast({ title: say, tone: "ok" });
  };
  const attempt = (work: () => Promise<string>) => {
    setBusy(true);
    setFailure(undefined);
    work().then(finish, (error: unknown) => setFailure(failureText(error))).finally(() => setBusy(false));
  };
  const chooseAll = (isAll: boolean) => {
    if (isAll) client.hosts.ids({ filter }).then(({ ids }) => setChosen(new Set(ids)), (error: unknown) => setFailure(failureText(error)));
    else setChosen(new Set());
  };
  const start = (next: Doing) => (setFailure(undefined), setDoing(next));
  const isNew = !hosts.isLoading && hosts.all === 0 && hosts.failure === undefined;
  return (
    <div className={styles.screen}>
      <ScreenBar
        actions={
          <>
            <ExportMenu filter={filter} />
            <Button size="sm" icon="download" onClick={() => start("import")}>
              Import…
            </Button>
            <Button size="sm" kind="primary" icon="plus" onClick={() => start("add")}>
              Add host
            </Button>
          </>
        }
      />
      {rest[1] === "files" ? null : <FilterPane facets={hosts.facets} filter={filter} onFilter={setFilter} />}
      <div className={styles.main} data-open={selectedId !== undefined && rest[1] !== "files"}>
        {selectedId !== undefined && rest[1] === "files" ? null : (
          <div className={styles.listing}>
            <div className={styles.tools}>
              <SearchBox className={styles.search ?? ""} label="Find hosts" placeholder="Find: words, tag:nginx, group:web, env:prod, -word" value={filter.text ?? ""} onValue={(text) => setFilter({ ...filter, text })} />
              <span className={styles.quiet} aria-live="polite">
                {hosts.total === hosts.all ? plural(hosts.all, "host") : `${formatCount(hosts.total)} of ${plural(hosts.all, "host")}`}
              </span>
              <span className={styles.grow} />
              {chosen.size === 0 ? null : (
                <>
                  <span className={styles.quiet}>{formatCount(chosen.size)} chosen</span>
                  <Button size="sm" icon="edit" onClick={() => start("bulk")}>
                    Change…
                  </Button>
                  <Button size="sm" icon="trash" onClick={() => start("remove")}>
                    Remove…
                  </Button>
                </>
              )}
            </div>
            {(hosts.failure ?? (doing === "" ? failure : undefined)) === undefined ? null : <Banner shape="strip" tone="bad" title={hosts.failure ?? failure} onDismiss={() => setFailure(undefined)} />}
            {isNew ? (
              <EmptyState
                icon="hosts"
                title="No hosts yet"
                actions={
                  <>
                    <Button icon="download" onClick={() => start("import")}>
                      Import hosts
                    </Button>
                    <Button kind="primary" icon="plus" onClick={() => start("add")}>
                      Add a host
                    </Button>
                  </>
                }
              >
                Add a host by address, or take them over from your SSH configuration, an Ansible inventory or a CSV file. You see what an import would change before it does. Without a host at hand, start SENA with --lab: it brings practice hosts along.
              </EmptyState>
            ) : hosts.isLoading && hosts.rows.length === 0 ? (
              <Skeleton lines={10} label="Reading the hosts" />
            ) : (
              <HostTable
                rows={hosts.rows}
                selectedId={selectedId}
                chosen={chosen}
                total={hosts.total}
                onChooseAll={chooseAll}
                sort={sort}
                isNarrow={selectedId !== undefined}
                onSort={setSort}
                onOpen={(host) => navigate(`/hosts/${host.id}`)}
                onChoose={(id, isChosen) => setChosen((before) => new Set(isChosen ? [...before, id] : [...before].filter((one) => one !== id)))}
                onStar={(id, favourite) => void client.hosts.star({ id, favourite }).catch((error: unknown) => setFailure(failureText(error)))}
                empty="No host matches. Take a word away, or show all hosts."
              />
            )}
          </div>
        )}
        {selectedId === undefined ? null : <OpenHost key={selectedId} hostId={selectedId} isFiles={rest[1] === "files"} />}
      </div>
      <EditHost isOpen={doing === "add"} hostId={undefined} onClose={() => setDoing("")} onSaved={(host) => (finish(`${host.name} added. Look at its key before you connect.`), navigate(`/hosts/${host.id}`))} />
      <ImportDialog isOpen={doing === "import"} onClose={() => setDoing("")} onDone={finish} />
      <BulkDialog isOpen={doing === "bulk"} count={chosen.size} error={failure} isBusy={isBusy} onClose={() => setDoing("")} onChange={(change: BulkChange) => attempt(async () => `${plural((await client.hosts.changeMany({ ids: [...chosen], change })).changed, "host")} changed`)} />
      <ConfirmDialog isOpen={doing === "remove"} title={`Remove ${plural(chosen.size, "host")}?`} confirmText={`Remove ${plural(chosen.size, "host")}`} isDanger isBusy={isBusy} onCancel={() => setDoing("")} onConfirm={() => attempt(async () => `${plural((await client.hosts.remove({ ids: [...chosen] })).removed, "host")} removed`)}>
        {failure ?? "They leave the inventory. What was recorded about them stays in the record, and their known keys stay known."}
      </ConfirmDialog>
    </div>
  );
};
