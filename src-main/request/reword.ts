import { ACTS } from "./acts.ts";

// One wish in fewer ways: chatter around it is cut off, orders in the passive are turned round. Taught phrases go through
// the same gate, so that what is learned and what is asked meet in the same words. Nothing is ever added but the verb that
// was said, and values keep their spelling: slots are still cut out of what was typed.

const POLITE = String.raw`(?:please|pls|plz|kindly|quickly|maybe|perhaps|possibly|just|also)`;
const WH = String.raw`(?:what|who|whose|which|how|when|where|why)`;
const DONE: Readonly<Record<string, string>> = { restarted: "restart", bounced: "restart", recycled: "restart", rebooted: "reboot", stopped: "stop", "shut down": "stop", started: "start", "started again": "start", "brought up": "start", reloaded: "reload", enabled: "enable", disabled: "disable", installed: "install", cancelled: "cancel", canceled: "cancel", killed: "kill", ended: "end", opened: "open", closed: "close", blocked: "block", unblocked: "unblock", allowed: "allow", deleted: "delete", removed: "remove", wiped: "wipe", erased: "erase", upgraded: "upgrade", updated: "update", patched: "patch", created: "create", added: "add", changed: "change", mounted: "mount", unmounted: "unmount", formatted: "format", locked: "lock", moved: "move", copied: "copy", restored: "restore", "powered off": "power off", "switched off": "switch off", "turned off": "turn off", exposed: "expose", fixed: "fix", repaired: "repair", trimmed: "trim", shrunk: "shrink", "cut down": "shrink", terminated: "terminate", aborted: "abort", "called off": "call off", halted: "halt", "brought down": "stop", "taken down": "stop" };
const DONES = Object.keys(DONE).sort((one, other) => other.length - one.length).join("|");
const NOUN = "restart|reboot|reload|bounce|hup|checkup|check-up|health check";
const PEOPLE = String.raw`(?:(?:my|our|the|some|many|several|all|a few) )?(?:users?|customers?|clients?|people|colleagues?|folks|visitors|developers|devs|everyone|everybody|someone|somebody|they|he|she|(?:my|the) boss|monitoring)`;

const LEADS: readonly RegExp[] = [
  /^(?:sorry|excuse me|pardon)(?: (?:to|for) (?:bother|disturb|interrupt)(?:ing)? you)?(?: again)?[\s,.!:-]+(?:but |quick question[,:]? )?(?=\S)/i,
  /^please,? (?:you|u) (?:can|could|would|will) (?=\S+ )/i,
  /^please to (?=(?:show|tell|give|check|list|find|look|see|say|restart|start|stop|reload|install)\b)/i,
  /^(?:an? |the |this )?(?:e-?mail|alert|alarm|message|notification|ticket|nagios|zabbix|prometheus|grafana|icinga|pagerduty)(?: from [\w-]+(?: [\w-]+)?)? (?:says?|said|reports?|reported|claims?|tells?(?: (?:me|us))?|complains?|shows?|warns?)(?: that| about| of)?,? (?=\S+ )/i,
  /^(?:(?:i |we )?need )?(?:some )?(?:eyes|a look|a glance) on (?=\S+ )/i,
  /^(?:i was |i got |got |just got |been )?(?:paged|called|woken|alerted|pinged)(?: (?:for|about|because of|over) \S+)?[,:;-]+ ?(?=\S+ )/i,
  /^(?:go ahead and|go on and|feel free to|proceed to|please proceed and) (?=\S+ )/i,
  /^where (?:can|could|do|would) (?:i|we|one) (?:read|see|find(?: out)?|look up|check) (?=(?:what|who|which|how|when|if|whether)\b)/i,
  /^how (?:can|could|do|would) (?:i|we|one) (?:see|find out|tell|know|check|learn|look up) (?=(?:what|who|which|how|when|if|whether|that)\b)/i,
  /^(?:first(?:ly| of all)?|to begin with|for a start)[\s,]+(?=\S+ )/i,
  /^(?:dear|hello|hi) (?:colleagues?|team|all|sena|friend|there|operator|assistant|bot|computer|helper|admins?|support|sir|madam|folks|everyone)\b[\s,:!.-]+(?=\S)/i,
  /^good (?:morning|evening|afternoon|day)[\s,:!.-]+(?:(?:sena|team|everyone|everybody|all)[\s,:!.-]+)?(?=\S)/i,
  /^(?:if (?:it is|it's|that is|that's) (?:not too much trouble|no trouble|possible|ok|okay|all right)|if you (?:don't mind|have a (?:minute|moment|second)|would be so kind|please)|when you have a (?:minute|moment|second))[\s,]+(?=\S)/i,
  /^(?:i(?:'d| would) be (?:very |so |really )?(?:grateful|glad|thankful|happy|obliged)|it would be (?:great|nice|good|helpful|kind|lovely)|would it be (?:possible|ok|okay)(?: for you)?)(?: if (?:you|we|someone) (?:could|can|would)| to)? (?=\S+ )/i,
  /^(?:may|might|can|could) i (?:please |kindly )?(?:ask|trouble|bother|beg|get) you (?:please )?to (?=\S+ )/i,
  /^(?:could|can|would|will) you (?:please )?be so (?:kind|good|nice)(?: as)?(?: to| and)? (?=\S+ )/i,
  /^(?:would|do) you mind (?=\S+ing\b)/i,
  /^(?:i(?:'d| would| do)? |we(?:'d| would)? )?(?:really |very much |greatly )?appreciate (?:it )?if (?:you|someone|we) (?:could|can|would) (?:please )?(?=\S+ )/i,
  /^(?:i was )?hoping (?:you|someone) (?:could|can|would) (?=\S+ )/i,
  /^(?:i (?:would|'d) love (?:it if you (?:could|would)|to) )(?=\S+ )/i,
  /^(?:be so (?:kind|good|nice)(?: as)? (?:to|and)|do me a favou?r(?: and|,)?|help me(?: to)?|i (?:kindly )?ask you to|i beg you to|your job(?: is|:) to) (?=\S+ )/i,
  new RegExp(String.raw`^(?:${POLITE}|hey|hi|hello|ok|okay|so|well|um|yo|sena|quick question|one question|question|good morning|by the way|btw|now then)\b[\s,:!.-]+(?=\S)`, "i"),
  new RegExp(String.raw`^(?:can|could|would|will|may|might) (?:you|u|we|i|someone|somebody|anybody) (?:${POLITE} )*(?:to (?!(?:the|a|an|my|our|your)\b))?(?=\S+ )`, "i"),
  new RegExp(String.raw`^(?:i|we) (?:just )?(?:wonder|am wondering|was wondering|are wondering|need to know|want to know|would like to know|'d like to know|have to know|must know)(?: (?:about|of))? (?=\S)`, "i"),
  new RegExp(String.raw`^(?:just )?(?:need to know|want to know|wanna know|wonder|wondering|got to know|gotta know)(?: (?:about|of))? (?=(?:${WH}|if|whether)\b)`, "i"),
  new RegExp(String.raw`^(?:i|we)(?:'d| would)? (?:want|need|like|love|wish|have) (?:you )?to (?:know|see|find out|understand|learn|check) (?=\S+ )`, "i"),
  new RegExp(String.raw`^(?:i|we)(?:'d| would)? (?:want|need|like) (?:you )?to (?=\S+ )`, "i"),
  new RegExp(String.raw`^(?:do|does) (?:you|we|anyone|anybody|someone) know (?=\S)`, "i"),
  new RegExp(String.raw`^(?:tell me|let me know|let me see|show me|find out|figure out|look up|any idea|any clue|explain to me|say) (?=(?:${WH}|if|whether)\b)`, "i"),
  new RegExp(String.raw`^(?:check|see|verify|confirm|make sure|look) (?=(?:${WH}|if|whether|that)\b)`, "i"),
  new RegExp(String.raw`^${PEOPLE} (?:say|says|said|complain|complains|complained|report|reports|reported|claim|claims|tell me|tells me|told me|mention|keep saying|are complaining|are saying|are reporting|is complaining)(?: that)?,? (?=\S+ )`, "i"),
  new RegExp(String.raw`^(?:i'm|i am|we're|we are) (?:a bit |rather |very )?(?:worried|concerned|curious|unsure|not sure|wondering) (?:about|whether|if) (?=\S)`, "i"),
  /^(?:it (?:seems|looks|appears)(?: like| as if| that)?|seems(?: like| that)?|looks like|apparently|i (?:think|believe|guess|suspect|fear|hear|heard|have the feeling)(?: that)?) (?=\S+ )/i,
];
const TAIL = /[\s,]+(?:please|go look|go see|take a look|have a look|look into it|rn|pls|plz|thanks|thank you|thx|cheers|for me|for us|if possible|if you can|when you can|asap|many thanks|thank you very much|very much|in advance|at the moment|right now|just now|at present|at this time|by any chance|or what|or not|do you know|exactly|these days)\s*[?.!]*$/i;
const TAG = /[,;.|]\s*(?:and )?(?:what is it|what (?:happens|is happening|to do|should i do|is this)|verify|urgent|asap|which one(?: is it)?|what (?:is|could be) (?:the reason|the cause|causing it)|why(?: is that)?|what (?:now|can i do|do i do|happened|is going on|is wrong)|(?:please )?help(?: me)?|(?:please )?(?:check|have a look|look into it|investigate)|(?:can|could) you (?:check|look|help|have a look|investigate)[a-z ]*|any ideas?)\s*[?.!]*$/i;
/** How a reload is done anyway; it forbids nothing. */
const MANNER = /[\s,]+without (?:any )?(?:downtime|interruptions?|outage|(?:dropping|losing|interrupting|cutting|closing) (?:any |the )?(?:connections?|sessions?|users?|clients?|traffic|service))\b/i;
/** The number a wish has elsewhere: "[INC-20391]", "CHG0031:", "P2 -", "(ref. OPS-77)". It is no value of anything here. "Re:" and "subject:" stay: what follows is the heading of somebody's letter, not an order. */
const LABEL = /^\s*(?:\[[^\]\n]{1,40}\]|(?:(?:inc|chg|req|ritm|prb|sr|cr|wo|tkt|ticket|case|change|jira|ops|tsk|task|todo|incident|problem|request|audit(?: request)?|monitoring|follow-?up|fyi|info|warning|critical|security|notice|question|help|summary|alert|alarm|action|issue|urgent|note|p[1-5]|prio(?:rity)?|sev(?:erity)?|nagios|zabbix|icinga|pagerduty|opsgenie)\b[-_ #.]*|(?:inc|chg|req|ritm|prb|tsk|sr|cr)(?=\d)|#)(?:no\.? ?)?[\d-]*(?:\s+(?:inc|chg|req|ritm|prb|tsk|sr|cr|ops|sec|jira|itsm)-?\d{2,9})?)\s*(?:[:|]|(?<=\s|^)[\u2013\u2014-](?=\s))\s*(?=\S)|^\s*\[[^\]\n]{1,40}\]\s+(?=\S)/i;
const TICKET = /^\s*(?:[A-Z]{2,8}-\d{2,7}|(?:INC|CHG|REQ|RITM|PRB|TSK|SR|CR)\d{3,9})(?:\s*[:|\u2013\u2014-])?\s+(?=\S)/;
const REFERENCE = /\s*[,;]?\s*[([](?:(?:see|ref(?:erence)?\.?|as per|for|ticket|case)[ :#]*)*[A-Z]{2,10}[-# ]?\d{2,9}[)\]]\s*[.!]*$|\s*[,;]?\s+(?:(?:see|ref(?:erence)?\.?|as per|according to|per|for)\s+)(?:ticket |change |case |request )*(?:[A-Z]{2,10}-?\d{3,9}|#?\d{4,9})\s*[.!]*$/;
export function withoutLabel(sentence: string): string {
  let text = sentence.replace(REFERENCE, "");
  for (let rounds = 0; rounds < 3; rounds += 1) {
    const rest = text.replace(LABEL, "").replace(TICKET, "");
    if (rest === text) break;
    text = rest;
  }
  return text;
}
export const withoutManner = (text: string): string => (/\bre-?(?:load|read)/i.test(text) ? text.replace(MANNER, "") : text);
const QUESTION = new RegExp(String.raw`^(?:${WH}|is|are|was|were|does|do(?! (?:an?|another|the|one)\b)|did|has|have|had|can|could|should|shall|will|would|must|may|any)\b`, "i");
const NEGATED = /\b(?:not|never|(?:nobody|no[ -]one|none of (?:you|us|them)) (?:should|may|must|shall|is to|is allowed|has to|needs to)|hold (?:off|back)|(?:stop|quit|cease) (?!(?:ping|(?:work|answer|respond|react|serv|listen|monitor|cach|logg|runn|accept|send|receiv|replicat|resolv|sync|rout|forward|connect|load|function|deliver)ing)\b)\w+ing\b|keep from|don'?t|no need|without|shouldn'?t|mustn'?t|avoid|instead|under no circumstances|unless|if)\b/i;
/** "Would you mind starting nginx" asks for it. */
const MINDS = /\b(?:(?:would|do) you mind|how about|would it be possible)\b/i;
const DOING = /^([a-z]+ing)\b(.*)$/i;
function verbOfDoing(doing: string): string {
  const stem = doing.toLowerCase().slice(0, -3);
  return [stem, `${stem}e`, stem.slice(0, -1)].find((verb) => ACTS.has(verb)) ?? doing;
}
const verbOf = (done: string): string => DONE[done.toLowerCase()] ?? done;

/** "Have nginx restarted": an order, where "have they restarted it" and "have updates been installed" ask. */
const HAVE_DONE = new RegExp(String.raw`^have (?!(?:you|we|they|i|any|anyone|anybody|someone|somebody)\b)(?!.*\bbeen\b)(.+?) (${DONES})\b(.*)$`, "i");

/** "Have nginx pick up its new config", "let nginx reload": the same in the active. */
const HAVE_DO = /^(?:have|let|make) (?!(?:you|we|they|i|me|us|it|any|anyone|anybody|someone|somebody|users?|people)\b)((?:the )?\S+(?: service| daemon)?) (restart|reload|start|stop|reread|re-read|pick up|take up|load)( (?:its|the)(?: \w+){0,2} (?:config|configuration|conf|settings))?\b(?! at boot)(?=\s*(?:[.!]*$|(?:on|at|in|for|from|again|now|please|cleanly|gracefully|anew)\b))(.*)$/i;

type Turn = readonly [pattern: RegExp, turned: (match: RegExpExecArray) => string];
const ORDERS: readonly Turn[] = [
  [/^(?:make sure|ensure|see to it)(?: that)? (?:the )?(\S+(?: service| daemon)?) (?:always )?(?:comes (?:back )?up|starts|is started|gets started|launches|runs|is running|is up)(?: again)? (?:(?:after|on|at) (?:a |the |each |every |any )?(?:(?:re)?boots?|startup|restart of the (?:machine|server|host|box))|(?:together )?with the (?:machine|server|system|host|box)|automatically|by itself)\b(.*)$/i, (m) => `enable ${m[1]} at boot${m[2]}`],
  [/^(?:the )?(\S+(?: service| daemon)?) (?:should|must|has to|needs to|shall) (?:always )?(?:come (?:back )?up|start|be started|launch|run|be up|be running)(?: again)?(?: automatically| by itself| on its own)? (?:when|whenever|after|once|each time|every time) (?:the )?([a-z]\S*)(?: is)? (?:(?:re)?boot(?:s|ed)?|starts|comes up|restarts)\b(.*)$/i, (m) => `enable ${m[1]} at boot on ${m[2]}${m[3]}`],
  [/^make (.+?) (?:re-?read|read|reload) (?:its|the) (?:config|configuration|settings)(?: again| anew)?\b(.*)$/i, (m) => `reload ${m[1]}${m[2]}`],
  [/^(.+?) (?:needs to|must|should|has to|ought to) (?:re-?read|reload) (?:its|the) (?:config|configuration|settings)\b(.*)$/i, (m) => `reload ${m[1]}${m[2]}`],
  [new RegExp(String.raw`^(?:i|we)(?:'d| would)? (?:want|need|like) (.+?) (?:to be |to get )?(${DONES})\b(.*)$`, "i"), (m) => `${verbOf(m[2] ?? "")} ${m[1]}${m[3]}`],
  // "nginx is stuck, restart it": the thing was named before the order.
  [new RegExp(String.raw`^(.+?) (?:is|are|seems|looks|hangs|has|keeps|was|does)\b[^,;.]*[,;.] ?(?:so |then |and |please |just )*(restart|reload|stop|start|reboot|bounce|terminate|kill|end|cancel|enable|disable|install|halt) (?:it|them|that)\b(.*)$`, "i"), (m) => `${m[2]} ${m[1]}${m[3]}`],
  [/^(.+?) (?:is|are|seems|looks|hangs|has|keeps|was|does)\b[^,;.]*[,;.] ?(?:so |then |and |please )*(?:give|do) (?:it|them) a (restart|reload|reboot|bounce|kick)\b(.*)$/i, (m) => `${(m[2] ?? "").toLowerCase() === "kick" ? "restart" : m[2]} ${m[1]}${m[3]}`],
  [new RegExp(String.raw`^(?:i|we)(?:'d| would)? (?:want|need|like) an? (?:quick )?(${NOUN}) (?:of|for|on) (.+)$`, "i"), (m) => `${m[1]} ${m[2]}`],
  [new RegExp(String.raw`^(?:get|have) (.+?) (${DONES})\b(.*)$`, "i"), (m) => `${verbOf(m[2] ?? "")} ${m[1]}${m[3]}`],
  [new RegExp(String.raw`^([^:;]+?) (?:should|must|has to|have to|needs to|need to|ought to|is to|wants to) be (${DONES})\b(.*)$`, "i"), (m) => `${verbOf(m[2] ?? "")} ${m[1]}${m[3]}`],
  [new RegExp(String.raw`^([^:;]+?) (?:needs|wants|could use|requires|deserves) (?:a |another )(?:quick )?(${NOUN})\b(.*)$`, "i"), (m) => `${m[2]} ${m[1]}${m[3]}`],
  [new RegExp(String.raw`^(?:give|do|make|perform|trigger|initiate) (?!sure\b)(.+?) a (?:quick )?(${NOUN}|kick)\b(.*)$`, "i"), (m) => `${(m[2] ?? "").toLowerCase() === "kick" ? "restart" : m[2]} ${m[1]}${m[3]}`],
  [new RegExp(String.raw`^(?:give|do|make|perform|trigger|initiate) (?:an? )?(?:quick )?(${NOUN}) (?:of|to|for|on) (.+)$`, "i"), (m) => `${m[1]} ${m[2]}`],
  [/^put (?:the (?:package|tool) )?([a-z][\w.+-]+) (?:on|onto) ([a-z]+-\d+|<host>)[\s.!]*$/i, (m) => `install ${m[1]} on ${m[2]}`],
  [/^(?:bring|take) (.+?) (?:down and (?:back )?up|off and on)(?: again)?\b(.*)$/i, (m) => `restart ${m[1]}${m[2]}`],
  [/^(?:turn|switch) (.+?) off and (?:back )?on(?: again)?\b(.*)$/i, (m) => `restart ${m[1]}${m[2]}`],
  // The particle beside its verb: "turn nginx on web-01 off" says "turn off nginx on web-01".
  [/^(turn|switch|power|bring|get|shut|take) (?!on\b|off\b|up\b|down\b|back\b)(.+?) (back on|back up|back online|on|off|up|down|online|offline|running|going)(?: again)?[\s.!]*$/i, (m) => particle(m)],
  [/^(turn|switch|bring|get|shut|take) (?!on\b|off\b|up\b|down\b|back\b)((?:the )?(?:container |service |daemon )?\S+(?: service| daemon| container)?) (back on|back up|back online|on(?! (?:the |all )?\S+ (?:off|on)\b)|off|up|down|online|offline|running|going)(?: again)? ((?:on|at) .+)$/i, (m) => particle(m)],
];
function particle(match: RegExpExecArray): string {
  const how = (match[3] ?? "").toLowerCase();
  const verb = (match[1] ?? "").toLowerCase();
  const way = /off|down/.test(how) ? (verb === "shut" || verb === "take" || verb === "bring" ? "down" : "off") : "on";
  const said = `${verb === "take" || verb === "shut" ? "shut" : verb === "get" || verb === "bring" ? "bring" : verb} ${verb === "get" || (verb === "bring" && way === "on") ? "up" : way}`;
  return `${said} ${match[2]}${match[4] === undefined ? "" : ` ${match[4]}`}`;
}

const ASIDES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:on its (?:knees|last legs)|dog slow|dead slow|slow as (?:hell|molasses|treacle|a snail)|at a snail'?s pace|barely (?:moves?|moving|usable|responds?|crawls?)|(?:takes?|taking) (?:forever|ages|an eternity) to (?:respond|answer|react|do anything)|under water|out of (?:breath|puff)|gasping for air)\b/gi, "slow"],
  [/\b([45]\d\d)s\b/gi, "$1"],
  [/^provide (?:me |us )?(?:with )?/i, "show "],
  [/\bdouble[- ]check\b/gi, "check"],
  [/^(?:give|take|have|throw|cast) (?:an?|another|one) (?:\w+ )?(?:look|glance|peek) (?:to|at|into|on|over)\b/i, "check"],
  [/\bhow many time\b/gi, "how long"],
  [/^make (?:please )?(?:me |us )?(?:please )?a list (?:of|from|with)\b/i, "list"],
  [/\b(?:free place|place (?:left|free)|place(?= (?:on|in) (?:the )?(?:disk|drive|hdd|storage|file ?system)))\b/gi, "free space"],
  [/\bhow many (?=(?:memory|ram|space|disk|swap|cpu|load|room|storage|traffic)\b)/gi, "how much "],
  [/(?<=\b(?:run|runs|running|up|working)\b.{0,20}) without (?:an? |any )?(?:stop|break|pause|interruption|restart|reboot)s?\b/gi, ""],
  [/\b(?:belly[ -]up|gone south|bit(?:ten)? the dust|kicked the bucket|out of (?:commission|action|service)|on the fritz|(?:gave|given|gives) up the ghost|fallen over|fell over|keeled over|lights out|six feet under|gone for good)\b/gi, "down"],
  [/\b(?:chock[- ]?a?[- ]?block|bursting at the seams|(?:filled|full) to the brim|running out of room|no room left|up to the brim)\b/gi, "full"],
  [/\b(?<!(?:stop|quit|cease|not|never|no|avoid|without)\s+)(?:touch(?:ed|es)? base|laid hands on|messed (?:around )?with|mess(?:ing)? (?:around )?with|fiddl(?:ed|ing) (?:around )?with|monkey(?:ed|ing) with|tinker(?:ed|ing) with|play(?:ed|ing) (?:around )?with)\b/gi, "changed"],
  [/^(?:if|whether|that) (.+?) (is|are|was|were|has|have|does|do|can|will)\b/i, "$2 $1"],
  [/\b(?:the )?(?:machine|server|host|box|node) (?=[a-z]+-\d+\b|<host>)/gi, ""],
  [/\bwhat(?:'s| is)? up with\b/gi, "what is wrong with"],
  [/\bgoing on with\b/gi, "wrong with"],
  [/^(?:please )?(?:give|send|hand|pass|bring|say) (?:to )?me\b/i, "show me"],
];

/** "hows", "whats", "cant": the apostrophe nobody types in a hurry. "its" and "were" are words of their own. */
const UNMARKED = /\b(?:(what|how|who|where|when|why|that|there)s|(is|are|was|does|do|did|has|have|had|could|would|should|ca|wo)nt)\b/gi;

/** Without what is said around a wish for the sake of saying it. */
export function withoutLeads(sentence: string): string {
  let text = sentence.trim();
  for (let rounds = 0; rounds < 4; rounds += 1) {
    const before = text;
    for (const lead of LEADS) text = text.replace(lead, "");
    text = text.replace(TAIL, "").replace(TAG, "");
    if (text === before) break;
  }
  return text;
}

export function reword(sentence: string): string {
  const marked = sentence.trim().replace(UNMARKED, (_all, asks: string | undefined, verb: string | undefined) => (asks === undefined ? `${verb}n't` : `${asks}'s`));
  let text = withoutLeads(marked);
  const doing = MINDS.test(marked) ? DOING.exec(text) : null;
  if (doing) text = `${verbOfDoing(doing[1] ?? "")}${doing[2]}`;
  for (const [aside, plain] of ASIDES) text = text.replace(aside, plain);
  const had = NEGATED.test(text) ? null : HAVE_DONE.exec(text);
  const has = had !== null || NEGATED.test(text) ? null : HAVE_DO.exec(text);
  if (has && (has[3] !== undefined || /^(?:restart|reload|start|stop)$/i.test(has[2] ?? ""))) return `${has[3] === undefined ? (has[2] ?? "").toLowerCase() : "reload"} ${has[1]}${has[4]}`.replace(/\s+/g, " ").trim();
  if (had) return `${verbOf(had[2] ?? "")} ${had[1]}${had[3]}`.replace(/\s+/g, " ").trim();
  if (QUESTION.test(text) || NEGATED.test(text)) return text;
  for (const [pattern, turned] of ORDERS) {
    const match = pattern.exec(text);
    if (match) return withoutReason(turned(match).replace(/\s+/g, " ").trim());
  }
  return withoutReason(text);
}

const REASON = /^(\S[^,;]*?)(?:,\s*(?:because|as)?|\s+because)\s+(?:(?:it|its|the|this|that|they|users?|we|he|she|something|there)\b[^,;]*|[a-z]+ )\b(?:is|are|was|has|have|hangs?|does|keeps?|seems?|looks?|shows?|got|went|crashed|failed|changed|eats|uses|takes)\b[^,;]*$/i;
/** "Restart chrony, the clock is off": why it is ordered is about something else than what is ordered. Kept where a further order hides in it. */
function withoutReason(text: string): string {
  const [first = "", ...rest] = text.toLowerCase().split(/[^a-z'-]+/);
  const order = ACTS.has(first) ? REASON.exec(text)?.[1] : undefined;
  return order === undefined || text.slice(order.length).toLowerCase().split(/[^a-z'-]+/).some((word) => ACTS.has(word)) || rest.length < 3 ? text : order.trim();
}
