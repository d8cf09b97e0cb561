import type { PolicyBook } from "../approvals/index.ts";
import { failer, LINK_FAILURES, type Explanation, type GroupHandlers, type PastDecisionView, type PolicyDecisionView, type policyContract, type PolicyQuestionView, type PolicyVersionView, type Principal } from "../contract/index.ts";
import { variantsOf, type PastDecision, type PolicyDecision, type PolicyQuestion } from "../policy/index.ts";

export type PolicyApiNeeds = {
  readonly book: PolicyBook;
  /** What the gate would be asked about this command; undefined when there is no such host. */
  readonly questionOf: (host: string, script: string, principal: Principal) => PolicyQuestion | undefined;
};
const fail = failer(LINK_FAILURES);
const person = ({ id, name }: Principal) => ({ id, name });

const decisionView = ({ verdict, rules, why, approvers, policyHash }: PolicyDecision): PolicyDecisionView => ({ verdict, rules: [...rules], why, approvers, policyHash });
const questionView = ({ principal, host, context, ...rest }: PolicyQuestion): PolicyQuestionView => ({
  ...rest, principal: { ...principal, roles: [...principal.roles] }, host: { ...host, tags: [...host.tags] },
  context: { ...context, singleOperator: context.singleOperator ?? false, preapproved: context.preapproved ?? false },
});
const pastView = ({ at, title, question, verdict, rules }: PastDecision): PastDecisionView => ({ at, title, question: questionView(question), verdict, rules: [...rules] });

export const policyHandlers = ({ book, questionOf }: PolicyApiNeeds): GroupHandlers<typeof policyContract> => {
  const explain = (question: PolicyQuestion): Explanation => {
    const { asked, ...decision } = book.explain(question);
    return {
      decision: decisionView(decision),
      asked: asked.map((each) => ({ ...each, rules: [...each.rules], errors: [...each.errors] })),
      variants: variantsOf(question, (other) => book.explain(other)).map(({ says, decision }) => ({ says, decision: decisionView(decision) })),
      question: questionView(question),
    };
  };
  return {
    async *active(_input, { signal }) {
      for await (const _ of book.changes.follow(signal)) {
        const { hash, source, rules } = book.active.value;
        yield { hash, text: source.text, schema: source.schema, rules: [...rules], waiting: book.versions().filter(({ state }) => state === "proposed").length };
      }
    },
    check: async ({ text }) => ({ problems: [...book.check(text)] }),
    versions: async () => ({ versions: book.versions().map((version): PolicyVersionView => version) }),
    propose: async ({ text, note }, { principal }) => book.propose(text, person(principal), note),
    confirm: async ({ n }, { principal }) => book.confirm(n, person(principal)),
    reject: async ({ n }, { principal }) => book.reject(n, person(principal)),
    past: async ({ limit }) => ({ decisions: book.past(limit).map(pastView) }),
    explain: async (question) => explain(question as PolicyQuestion),
    explainCommand: async ({ host: name, script }, { principal }) => {
      const question = questionOf(name, script, principal);
      if (!question) throw fail("NOT_FOUND", { what: "host", id: name });
      return explain(question);
    },
    simulate: async ({ text, limit }) => {
      const all = book.simulate(text, limit);
      return { total: all.length, differing: all.filter(({ differs }) => differs).map(({ past, now }) => ({ past: pastView(past), now: decisionView(now) })) };
    },
  };
};
