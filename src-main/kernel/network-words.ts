/** What the system's words for a failed connection mean to somebody who has to do something about it. */
const WORDS: Readonly<Record<string, string>> = { ECONNREFUSED: "nothing listens on that port", ENOTFOUND: "the name is not known to DNS", EAI_AGAIN: "the name server does not answer", EHOSTUNREACH: "there is no route to it", ENETUNREACH: "the network is unreachable", ETIMEDOUT: "no answer in time", ECONNRESET: "it reset the connection", EPIPE: "it closed the connection" };

export const networkWords = (code: string | undefined): string | undefined => WORDS[code ?? ""];
