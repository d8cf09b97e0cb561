// The lists behind the shared words, without their schemas: a screen that draws a choice needs no parser to do it.

export const ENVIRONMENTS = ["dev", "staging", "prod"] as const;

/** What a command may do, mildest first. The order is the lattice: a script is the join of its parts. */
export const EFFECTS = ["pure", "read", "read-secret", "egress", "mutate", "service-impact", "destructive", "arbitrary-exec", "unknown"] as const;

export const worstEffect = (effects: Iterable<(typeof EFFECTS)[number]>): (typeof EFFECTS)[number] => {
  let worst: (typeof EFFECTS)[number] = "pure";
  for (const effect of effects) if (EFFECTS.indexOf(effect) > EFFECTS.indexOf(worst)) worst = effect;
  return worst;
};

export const ROLES = ["viewer", "operator", "approver", "auditor", "admin"] as const;
