/** The text in the editor, what is in force, and what was in force when the text was begun. */
export type PolicyDraft = { readonly text: string; readonly active: string; readonly base: string };

export const draftOf = (active: string): PolicyDraft => ({ text: active, active, base: active });

/** Other policies came into force. Untouched text follows them, or the next proposal would take them back; written text stays. */
export const follow = (draft: PolicyDraft | undefined, active: string): PolicyDraft => (draft === undefined || draft.text === draft.active || draft.text === active ? draftOf(active) : { ...draft, active });

/** What stood in the editor before anything was written is begun anew with every stroke. */
export const write = (draft: PolicyDraft, text: string): PolicyDraft => ({ ...draft, text, base: draft.text === draft.active ? draft.active : draft.base });

/** Whoever writes has seen what came meanwhile: from here on the text answers for what is in force now. */
export const takeNote = (draft: PolicyDraft): PolicyDraft => ({ ...draft, base: draft.active });

export const hasChanged = ({ text, active }: PolicyDraft): boolean => text !== active;
/** Proposed as it is, it would take back what came into force since it was begun. */
export const isOvertaken = (draft: PolicyDraft): boolean => hasChanged(draft) && draft.base !== draft.active;
