import { useCallback, useState } from "react";
import type { PackView, SkillView } from "../../../src-main/contract/index.ts";
import { ScreenBar } from "../../app/screen-bar.tsx";
import { useApp, useDraftState, useFeed, useRoute } from "../../app/use-app.ts";
import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Editor } from "./editor.tsx";
import { NEW_PACK, nextVersion } from "./new-pack.ts";
import { PacksPane } from "./packs-pane.tsx";
import styles from "./screen.module.css";
import { SchedulesView } from "./schedules-view.tsx";
import { SkillList, type Kinds } from "./skill-list.tsx";
import { SkillPage } from "./skill-view.tsx";

type Edited = { readonly key: string; readonly files: Readonly<Record<string, string>>; readonly canPublish: boolean };

export const RunbooksScreen = () => {
  const { client, navigate, toast } = useApp();
  const { rest, params } = useRoute();
  const [skills, setSkills] = useState<readonly SkillView[]>();
  const [search, setSearch] = useState("");
  const [kinds, setKinds] = useState<Kinds>("all");
  const [edited, setEdited] = useDraftState<Edited | undefined>("edited pack", undefined);
  const show = params.get("show") ?? "";

  const load = useCallback(() => {
    client.skills.list({}).then(({ skills: found }) => setSkills(found), (error: Error) => toast({ title: "The runbooks could not be read", text: error.message, tone: "bad" }));
  }, [client, toast]);
  // It tells at once how things stand, and again after a lost connection.
  useFeed("packs", (core, signal) => core.skills.packs({}, { signal }), load);

  if (skills === undefined) return <Skeleton lines={10} label="Loading runbooks" />;
  const selected = skills.find(({ id }) => id === rest[0]);
  const edit = (pack: PackView) =>
    void client.skills.source({ pack: pack.id, version: pack.version, place: pack.place === "" ? undefined : pack.place }).then(
      ({ files }) => {
        setEdited({ key: `${pack.id} ${pack.version} ${pack.place}`, files: pack.origin === "built-in" ? files : nextVersion(files), canPublish: pack.origin !== "built-in" });
        navigate("/runbooks?show=write");
      },
      (error: Error) => toast({ title: "Its source could not be read", text: error.message, tone: "bad" }),
    );
  const favourite = (skill: SkillView, isFavourite: boolean) => void client.skills.favourite({ skillId: skill.id, isFavourite }).then(load);
  const open = edited ?? { key: "new", files: NEW_PACK, canPublish: true };
  return (
    <div className={styles.screen}>
      <ScreenBar
        actions={
          <>
            <Button size="sm" kind="ghost" icon="edit" onClick={() => { setEdited(undefined); navigate("/runbooks?show=write"); }}>
              Write a runbook
            </Button>
            <Button size="sm" kind="ghost" icon={show === "schedules" ? "runbook" : "clock"} onClick={() => navigate(show === "schedules" ? "/runbooks" : "/runbooks?show=schedules")}>
              {show === "schedules" ? "Back to the runbooks" : "Schedules"}
            </Button>
            <Button size="sm" onClick={() => navigate(show === "packs" ? "/runbooks" : "/runbooks?show=packs")}>
              {show === "packs" ? "Back to the runbooks" : "Packs and versions"}
            </Button>
          </>
        }
      />
      {show === "write" ? (
        <Editor key={open.key} of={open.key} initial={open.files} canPublish={open.canPublish} onDone={() => navigate("/runbooks?show=packs")} />
      ) : show === "schedules" ? (
        <SchedulesView skills={skills} />
      ) : (
        <>
          <SkillList skills={skills} search={search} onSearch={setSearch} kinds={kinds} onKinds={setKinds} selectedId={selected?.id} onSelect={({ id }) => navigate(`/runbooks/${id}`)} />
          <div className={styles.main} tabIndex={-1}>
            {show === "packs" ? (
              <PacksPane onEdit={edit} />
            ) : selected === undefined ? (
              <EmptyState icon="runbook" title={`${plural(skills.length, "runbook")} can run here`}>
                Choose one to see exactly what it would do, on which hosts it can run and how it went before. In the chat they answer to plain words.
              </EmptyState>
            ) : (
              <SkillPage key={selected.id} skill={selected} onFavourite={(isFavourite) => favourite(selected, isFavourite)} />
            )}
          </div>
        </>
      )}
    </div>
  );
};
