/** How the server is started and looked after; read by the command line too, which loads nothing else of it. */
export const CENTRAL_HELP = `sena central [serve] [--home FOLDER] [--port N]   serve; without DATABASE_URL on a small PostgreSQL of its own
sena central doctor  [--home FOLDER]              look at configuration, certificate, database and record; change nothing but migrations
sena central backup FILE [--untried]              everything of it in one file, tried in an empty database; also while it serves
sena central restore FILE [--secret FILE]         into an empty home and an empty database; --unsealed takes one of a version
                                                  that did not seal backups, where you know that nobody rewrote it
sena central export --worm FOLDER                 what records grew by, into a folder that is only added to (for a write-once medium)
sena central export --check FOLDER                hash such a folder again; needs no server
sena central --demo  [--home FOLDER] [--port N]   two organisations and a linked lab desktop, to look at; gone when it
                                                  ends, unless it has a home

Configuration: central.yaml in the home, and SENA_CENTRAL_* in the environment.
`;
