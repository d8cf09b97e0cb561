import { CSPProvider } from "@base-ui/react/csp-provider";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useStore } from "zustand";
import { applyLook, rememberLook, type Look } from "../app/appearance.ts";
import { ErrorBoundary } from "../app/error-boundary.tsx";
import { HelpSheet } from "../app/help-sheet.tsx";
import { keysOf } from "../app/keymap.ts";
import { Palette } from "../app/palette.tsx";
import { formatClock } from "../lib/format.ts";
import { Banner } from "../ui/banner.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Icon } from "../ui/icon.tsx";
import { Menu } from "../ui/menu.tsx";
import { Select } from "../ui/select.tsx";
import { Spoken } from "../ui/page.tsx";
import { ScreenSkeleton } from "../ui/skeleton.tsx";
import { Count } from "../ui/tag.tsx";
import { ToastHost } from "../ui/toast-host.tsx";
import { TooltipGroup } from "../ui/tooltip.tsx";
import places from "../ui/place.module.css";
import styles from "./console.module.css";
import { Doors } from "./doors.tsx";
import { orgHash, placesFor, type ConsoleModel, type Me, type Membership } from "./model.ts";
import { secondFactorWay } from "./second-factor.ts";
import { StepUp } from "./step-up.tsx";
import { ConsoleContext, OrgContext, useAsked, useConsole, useRoute, useSession } from "./use-console.ts";

const SCREENS = {
  overview: lazy(() => import("./screens/overview.tsx").then((module) => ({ default: module.OverviewScreen }))),
  approvals: lazy(() => import("./screens/approvals.tsx").then((module) => ({ default: module.ApprovalsScreen }))),
  inbox: lazy(() => import("./screens/inbox.tsx").then((module) => ({ default: module.InboxScreen }))),
  desktops: lazy(() => import("./screens/desktops.tsx").then((module) => ({ default: module.DesktopsScreen }))),
  audit: lazy(() => import("./screens/audit.tsx").then((module) => ({ default: module.AuditScreen }))),
  people: lazy(() => import("./screens/people.tsx").then((module) => ({ default: module.PeopleScreen }))),
  policy: lazy(() => import("./screens/policy.tsx").then((module) => ({ default: module.PolicyScreen }))),
  webhooks: lazy(() => import("./screens/webhooks.tsx").then((module) => ({ default: module.WebhooksScreen }))),
  keys: lazy(() => import("./screens/keys.tsx").then((module) => ({ default: module.KeysScreen }))),
  settings: lazy(() => import("./screens/settings.tsx").then((module) => ({ default: module.SettingsScreen }))),
};
const Account = lazy(() => import("./screens/account.tsx").then((module) => ({ default: module.AccountScreen })));

export const Console = ({ model }: { model: ConsoleModel }) => (
  <CSPProvider disableStyleElements>
    <ConsoleContext value={model}>
      <TooltipGroup>
        <Inside />
        <StepUp />
        <Overlays />
        <ToastHost toasts={model.toasts} />
      </TooltipGroup>
    </ConsoleContext>
  </CSPProvider>
);

const Inside = () => {
  const session = useSession();
  const route = useRoute();
  if (session.is === "asking") return <ScreenSkeleton />;
  // Somebody who was invited may be signed in as somebody else; the invitation is theirs to take up all the same.
  if (session.is === "out" || route.screen === "first" || route.screen === "invited") return <Doors />;
  return <Frame me={session.me} />;
};

const Frame = ({ me }: { me: Me }) => {
  const { router } = useConsole();
  const route = useRoute();
  const home = me.organisations[0];
  useEffect(() => {
    if (route.screen === "" && home !== undefined) router.navigate(orgHash(home.orgId, "overview").slice(1), { replaces: true });
  }, [router, route.screen, home]);
  const org = me.organisations.find(({ orgId }) => orgId === route.rest[0]) ?? home;
  const isAccount = route.screen === "account";
  const place = isAccount ? "account" : (route.rest[1] ?? "overview");
  const title = isAccount ? "Your account" : (placesFor(org ?? { permissions: [] }).find(({ id }) => id === place)?.title ?? "SENA central");
  const main = useScreenFocus(title);
  return (
    <div className={styles.frame}>
      <a href="#main" className={styles.skip} onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to the content
      </a>
      <Side me={me} org={org} current={place} />
      <header className={styles.bar}>
        <h1 className={styles.title}>{title}</h1>
        <Person me={me} />
      </header>
      <div className={styles.news}>
        <Away />
      </div>
      <main id="main" ref={main} className={styles.main} tabIndex={-1} aria-label={title}>
        <ErrorBoundary onFailure={(failure) => ({ ref: "", text: String(failure instanceof Error ? failure.stack : failure) })} resetKey={`${org?.orgId} ${place}`}>
          <Suspense key={place} fallback={<ScreenSkeleton />}>
            {isAccount ? <Account /> : org === undefined ? <NoOrganisation /> : route.screen === "o" && org.orgId !== route.rest[0] ? <NotYours /> : org.needsSecondFactor ? <SecondFactorFirst org={org} me={me} /> : <OpenPlace org={org} place={place} />}
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
};

const AWAY_EVERY_MS = 3000;
/** What was heard last stands on every screen as if it were so: since when it is not known any more is told over all of them. */
const Away = () => {
  const { away } = useConsole();
  const { since } = useStore(away);
  return since === undefined ? null : <AwayStrip since={since} />;
};
const AwayStrip = ({ since }: { since: number }) => {
  // Whatever the open screen asks: this one notices that it answers again.
  useAsked("GET /v1/session", {}, { everyMs: AWAY_EVERY_MS });
  return (
    <Banner shape="strip" tone="warn" title={`The server has not answered since ${formatClock(since)}`}>
      What stands here is from before. Desktops go on by their own rules, and nothing can be decided here until it answers. It is asked again every few seconds.
    </Banner>
  );
};

const OpenPlace = ({ org, place }: { org: Membership; place: string }) => {
  const Element = placesFor(org).some(({ id }) => id === place) ? SCREENS[place as keyof typeof SCREENS] : undefined;
  if (!Object.hasOwn(SCREENS, place))
    return (
      <EmptyState icon="help" title="There is no such place">
        The address names “{place}”, which this console does not have. Choose a place on the left.
      </EmptyState>
    );
  return Element === undefined ? (
    <EmptyState icon="lock" title="Not here for you">
      Your role in {org.name} ({org.role}) has no place called “{place}”. An admin there can give you another role.
    </EmptyState>
  ) : (
    <OrgContext value={org}>
      <Element key={org.orgId} />
    </OrgContext>
  );
};
const NoOrganisation = () => (
  <EmptyState icon="users" title="You are in no organisation">
    An admin can invite you: the code they hand over opens the organisation here.
  </EmptyState>
);
/** The server shows such a session nothing of the organisation; this says why, and leads to where it changes. */
const SecondFactorFirst = ({ org, me }: { org: Membership; me: Me }) => {
  const { router, signOut } = useConsole();
  const { text, isSetUpHere } = secondFactorWay(me);
  return (
    <EmptyState
      icon="lock"
      title={`${org.name} asks for a second factor`}
      actions={
        <>
          {isSetUpHere ? <Button kind="primary" icon="key" onClick={() => router.navigate("/account")}>Set one up</Button> : null}
          <Button {...(isSetUpHere ? {} : { kind: "primary" as const })} icon="lock" onClick={() => void signOut()}>Sign out</Button>
        </>
      }
    >
      {text}
    </EmptyState>
  );
};
const NotYours = () => (
  <EmptyState icon="lock" title="This organisation is not yours to see">
    The address names an organisation that you are not a member of, or that does not exist.
  </EmptyState>
);

const Side = ({ me, org, current }: { me: Me; org: Membership | undefined; current: string }) => {
  const { router } = useConsole();
  return (
    <nav className={styles.side} aria-label="Places">
      {org === undefined ? null : me.organisations.length > 1 ? (
        <Select label="Organisation" className={styles.org ?? ""} value={org.orgId} onValue={(orgId) => router.navigate(orgHash(orgId, "overview").slice(1))} choices={me.organisations.map(({ orgId, name, role }) => ({ value: orgId, text: name, note: role }))} />
      ) : (
        <p className={styles.orgName}>{org.name}</p>
      )}
      {org === undefined ? null : (
        <div className={styles.places}>
          {placesFor(org).map(({ id, title, icon }) => (
            <a key={id} href={orgHash(org.orgId, id)} className={places.place} aria-current={id === current ? "page" : undefined}>
              <Icon name={icon} />
              <span className={styles.placeName}>{title}</span>
              {id === "approvals" && !org.needsSecondFactor ? <WaitingCount orgId={org.orgId} /> : null}
            </a>
          ))}
        </div>
      )}
      <p className={styles.foot}>SENA central{org === undefined ? "" : ` · you are ${org.role}`}</p>
    </nav>
  );
};

const WAITING_EVERY_MS = 3000;
const WaitingCount = ({ orgId }: { orgId: string }) => {
  const { value } = useAsked("GET /v1/orgs/:orgId/approvals", { orgId, open: "true", limit: 100 }, { everyMs: WAITING_EVERY_MS });
  return value === undefined || value.items.length === 0 ? null : (
    <>
      <Count value={value.items.length} />
      <Spoken>{value.items.length} waiting</Spoken>
    </>
  );
};

const THEMES: readonly { readonly theme: Look["theme"]; readonly text: string }[] = [{ theme: "system", text: "Follow the system" }, { theme: "dark", text: "Dark" }, { theme: "light", text: "Light" }, { theme: "contrast", text: "High contrast" }];
const wear = (theme: Look["theme"]): void => {
  const look: Look = { theme, textSize: "normal", reducedMotion: false };
  applyLook(look, { root: document.documentElement, media: (query) => matchMedia(query) });
  rememberLook(look, localStorage);
};
const Person = ({ me }: { me: Me }) => {
  const { signOut, router } = useConsole();
  return (
    <Menu
      trigger={<Button icon="user" kind="ghost">{me.name}</Button>}
      entries={[
        { id: "account", text: "Your account", icon: "user", onSelect: () => router.navigate("/account") },
        { kind: "group", id: "theme", text: "Theme", entries: THEMES.map(({ theme, text }) => ({ id: theme, text, onSelect: () => wear(theme) })) },
        { kind: "rule", id: "rule" },
        { id: "out", text: "Sign out", icon: "lock", onSelect: () => void signOut() },
      ]}
    />
  );
};

const useScreenFocus = (title: string) => {
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${title} · SENA central`;
    if (isFirst.current) isFirst.current = false;
    else if (main.current !== null && !main.current.contains(document.activeElement)) main.current.focus({ preventScroll: true });
  }, [title]);
  return main;
};

const Overlays = () => {
  const { overlay, commands, run } = useConsole();
  const shown = useStore(overlay);
  const { list } = useStore(commands);
  const close = (): void => overlay.setState({ is: "none" }, true);
  if (shown.is === "none") return null;
  if (shown.is === "help") return <HelpSheet commands={list} onClose={close} />;
  return (
    <Palette
      items={list.filter(({ id }) => id !== "palette").map((command) => ({ id: command.id, title: command.title, group: command.group ?? "Here", icon: command.icon ?? "command", ...(keysOf(command)[0] === undefined ? {} : { keys: keysOf(command)[0] as string }), run: () => run(command) }))}
      recent={[]}
      query={shown.query}
      onQuery={(query) => overlay.setState({ is: "palette", query }, true)}
      onClose={close}
    />
  );
};
