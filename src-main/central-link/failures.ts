import { defineFailures, failer } from "../contract/failure.ts";

export const CENTRAL_LINK_FAILURES = defineFailures({
  LINK_BAD_INVITATION: { retryable: false, status: 400, say: () => "This is no line to enrol with. It begins with sena-link: and comes whole from an admin of the central server." },
  LINK_OTHER_SERVER: { retryable: false, status: 400, say: (d) => `The server at ${d["address"]} shows another authority than the line names. It may be another server in its place; nothing was sent to it.` },
  LINK_EXISTS: { retryable: false, status: 409, say: (d) => `This desktop is linked to ${d["org"]} already. Leave it first.` },
  LINK_NONE: { retryable: false, status: 409, say: () => "This desktop is linked to no central server. Everything here works without one." },
  LINK_SEALED: { retryable: false, status: 409, say: () => "The network is sealed: nothing is sent to a central server. Open it in the settings first." },
  LINK_REFUSED: { retryable: false, status: 409, say: (d) => `The central server refused: ${d["detail"]}` },
  LINK_UNREACHABLE: { retryable: true, status: 503, say: (d) => `The central server at ${d["address"]} does not answer (${d["detail"]}). Nothing is lost; four eyes at this desk still work.` },
  SYNC_REFUSED: { retryable: false, status: 422, say: (d) => `This file was not taken: ${d["detail"]}. Nothing was changed; what was taken before is safe.` },
  EDITION_REFUSED: { retryable: false, status: 409, say: (d) => `What the organisation sent was not taken: ${d["detail"]}. What was in force stays in force.` },
  LINK_NO_APPROVER: { retryable: false, status: 404, say: () => "The central server names no such approver, or their key was retired." },
});

export const fail = failer(CENTRAL_LINK_FAILURES);
