import { useEffect, useState } from "react";
import type { KnowledgeDocument, KnowledgeHealth, KnowledgePassage, KnowledgeSource } from "../../../src-main/contract/index.ts";
import { toHash } from "../../app/router.ts";
import { ScreenBar } from "../../app/screen-bar.tsx";
import { useApp, useFeed, useRoute } from "../../app/use-app.ts";
import { classNames } from "../../lib/class-names.ts";
import { plural } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Grow, Toolbar } from "../../ui/page.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Select } from "../../ui/select.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Split } from "../../ui/split.tsx";
import { AddDialog } from "./add-dialog.tsx";
import { FileButton, useFileDrop } from "./file-drop.tsx";
import { Opened } from "./opened.tsx";
import { DocumentPane } from "./document-pane.tsx";
import { ANYTHING, Filters, filterOf, type Narrowing } from "./filters.tsx";
import { Overview } from "./overview.tsx";
import { Results } from "./results.tsx";
import styles from "./screen.module.css";
import { useSearch } from "./use-search.ts";

const NO_HEALTH: KnowledgeHealth = { problems: [], changes: [], gaps: [], saved: [], meaning: { embedding: "", next: "", done: 0, total: 0, problem: "" } };

/** `#/knowledge?q=…&source=…` */
export const KnowledgeScreen = () => {
  const { client, navigate, toast } = useApp();
  const route = useRoute();
  const [query, setQuery] = useState(route.params.get("q") ?? "");
  const [narrowing, setNarrowing] = useState(ANYTHING);
  const [sources, setSources] = useState<readonly KnowledgeSource[]>();
  const [health, setHealth] = useState(NO_HEALTH);
  const [removing, setRemoving] = useState<KnowledgeSource>();
  useFeed("knowledge.sources", (core, signal) => core.knowledge.sources({}, { signal }), (item) => setSources(item.sources));
  const asked = query.trim();
  const tell = (failure: unknown) => toast({ tone: "warn", title: "Not done", text: (failure as Error).message });
  const refresh = () => void client.knowledge.health({}).then(setHealth, tell);
  const changedAt = Math.max(0, ...(sources ?? []).map((source) => source.changedAt));
  useEffect(() => {
    if (asked === "") client.knowledge.health({}).then(setHealth, () => undefined);
  }, [client, changedAt, asked]);
  const adds = route.params.get("open") === "add";
  const opened = route.params.get("document") ?? "";
  const drop = useFileDrop();
  const search = (next: string) => navigate(toHash("knowledge", [], next === "" ? {} : { q: next }).slice(1));
  const saved = health.saved.some((one) => one.query === asked);
  const toggleSaved = () => void (saved ? Promise.all(health.saved.filter((one) => one.query === asked).map(({ name }) => client.knowledge.forgetSearch({ name }))) : client.knowledge.saveSearch({ name: asked.slice(0, 80), query: asked })).then(refresh, tell);
  return (
    <div className={classNames(styles.screen, drop.isOver && styles.over)} {...drop.handlers}>
      <ScreenBar
        actions={
          <>
          <FileButton onFiles={drop.take} />
          <Button size="sm" icon="plus" onClick={() => navigate("/knowledge?open=add")}>
            Add source
          </Button>
          </>
        }
      />
      {sources !== undefined && sources.length > 0 ? (
        <Toolbar label="Search the documents">
          <SearchBox className={styles.search ?? ""} value={query} onValue={setQuery} label="Search the documents" placeholder="A question, a command, an error…" />
          <Filters sources={sources} value={narrowing} onValue={setNarrowing} />
          {health.saved.length === 0 ? null : <Select label="Kept searches" placeholder="Kept searches" value={null} onValue={setQuery} choices={health.saved.map((one) => ({ value: one.query, text: one.name }))} />}
          {asked === "" ? null : <IconButton icon="pin" label={saved ? "Forget this search" : "Keep this search"} isPressed={saved} onClick={toggleSaved} />}
          <Grow />
        </Toolbar>
      ) : null}
      {sources === undefined ? (
        <Skeleton lines={6} label="Loading the sources" />
      ) : sources.length === 0 ? (
        <EmptyState icon="knowledge" title="No sources yet" actions={<Button kind="primary" onClick={() => navigate("/knowledge?open=add")}>Add a source</Button>}>
          Point SENA at a folder of runbooks or manuals, or drop a file here, and answers will quote the passage they rest on.
        </EmptyState>
      ) : asked === "" && opened !== "" ? (
        <Opened key={opened} documentId={Number(opened)} onClose={() => navigate("/knowledge")} />
      ) : asked === "" ? (
        <Overview sources={sources} health={health} now={Date.now()} onSearch={setQuery} onSync={(source) => void client.knowledge.sync({ sourceId: source.id }).catch(tell)} onRemove={setRemoving} onOpen={(documentId) => navigate(`/knowledge?document=${documentId}`)} onForgetGap={(gap) => void client.knowledge.forgetGap({ query: gap }).then(refresh, tell)} />
      ) : (
        <Found key={JSON.stringify(narrowing)} query={asked} narrowing={narrowing} changedAt={changedAt} />
      )}
      <AddDialog isOpen={adds} onClose={() => search(asked)} />
      <ConfirmDialog isOpen={removing !== undefined} title={`Forget ${removing?.name ?? ""}?`} confirmText="Forget source" isDanger onCancel={() => setRemoving(undefined)} onConfirm={() => {
        if (removing !== undefined) client.knowledge.remove({ sourceId: removing.id }).catch(tell);
        setRemoving(undefined);
      }}>
        Its {plural(removing?.passages ?? 0, "passage")} will no longer be found. The documents themselves are not touched; you can add the source again.
      </ConfirmDialog>
    </div>
  );
};

const Found = ({ query, narrowing, changedAt }: { query: string; narrowing: Narrowing; changedAt: number }) => {
  const { client, navigate } = useApp();
  // Mounted anew with each narrowing: the day it counts from stands still meanwhile.
  const [filter] = useState(() => filterOf(narrowing, Date.now()));
  const { passages, failure } = useSearch(query, filter, changedAt);
  const [chosen, setChosen] = useState<KnowledgePassage>();
  const [document, setDocument] = useState<KnowledgeDocument>();
  const selected = passages?.find(({ chunkId }) => chunkId === chosen?.chunkId) ?? passages?.[0];
  const chunkId = selected?.chunkId;
  useEffect(() => {
    if (chunkId === undefined) return;
    const over = new AbortController();
    client.knowledge.document({ chunkId }, { signal: over.signal }).then(setDocument, () => undefined);
    return () => over.abort();
  }, [client, chunkId]);
  if (failure !== undefined) return <Banner tone="bad" shape="strip" title="The search did not work">{failure}</Banner>;
  if (passages === undefined) return <Skeleton lines={8} label="Searching" />;
  if (passages.length === 0)
    return (
      <EmptyState icon="search" title="Nothing fits">
        No document holds these words or anything near them. The question is kept among the gaps, so that somebody can write the page.
      </EmptyState>
    );
  const shown = document?.passages.some((passage) => passage.chunkId === chunkId) === true ? document : undefined;
  return (
    <Split
      direction="row"
      label="Results and document"
      defaultShare={0.44}
      minFirst={320}
      minSecond={360}
      first={<Results passages={passages} query={query} selected={chunkId} onSelect={setChosen} now={Date.now()} />}
      second={shown === undefined || chunkId === undefined ? <Skeleton lines={8} label="Opening the document" /> : <DocumentPane document={shown} chunkId={chunkId} query={query} conflicts={selected?.conflicts ?? []} onAsk={() => navigate(toHash("chat", [], { text: `${query} (see ${shown.source}/${shown.path})` }).slice(1))} />}
    />
  );
};
