// Operators mix languages: "wie voll ist die Platte auf db-01", "please check die Logs von nginx". German words an operator uses
// are read as the English ones the runbooks are taught; whatever is not on the list (names, paths, values) stays as it was typed.
// A sentence without any word that is only German is left alone.

/** Never English: one of them makes it German, or a mixture. */
const ONLY_GERMAN =
  /(?<![\w-])(?:ist|sind|läuft|laeuft|laufen|warum|wieso|weshalb|wie|wieviel|bitte|auf|dem|den|der|das|nicht|kein|keine|zeig|zeige|zeigt|welche|welcher|welches|wer|wann|gib|prüfe|prüf|pruefe|starte|stoppe|stopp|beende|lösch|lösche|loesche|platte|platten|festplatte|speicher|speicherplatz|dienst|dienste|noch|und|neustarten|neustart|von|vom|seit|gestern|heute|letzten|letzte|kaputt|langsam|fehler|protokoll|protokolle|hat|haben|gibt|soll|sollen|sollte|sollten|darf|dürfen|kannst|könntest|kann|mir|mal|ob|hängt|belegt|frei|eingeloggt|angemeldet|schau|fahr|fahre|lade|erreichbar|zertifikat|zertifikate|abgelaufen|voll|wurde|wurden|wenn|falls|lass)(?![\w-])/iu;

type Turn = readonly [german: RegExp, english: string];
const word = (german: string, english: string): Turn => [new RegExp(String.raw`(?<![\p{L}\d_/.@#-])(?:${german})(?![\p{L}\d_/@-])`, "giu"), english];

/** Separable verbs and turns of phrase, before single words. */
const TURNS: readonly Turn[] = [
  // Whoever asks whether to has given no order: "soll ich nginx neu starten", "darf man db-01 neu starten".
  [/(?<![\p{L}-])(?:soll(?:en|te|ten)?|darf|dürfen|duerfen|dürfte[n]?|kann|können|koennen|könnte[n]?|muss|müssen|muessen) (?:ich|wir|man)(?: (?:bitte|mal|jetzt|denn|eigentlich|nun))*(?![\p{L}-])/giu, "should i"],
  [/^\W*(?:(?:und|also|ok|hallo|hey|hi)[ ,]+)*soll(?:te|ten|en)?(?= )/iu, "should"],
  [/(?<![\p{L}-])start(?:e|est)? (.+?) (?:bitte )?neu(?![\p{L}-])/giu, "restart $1"],
  [/(?<![\p{L}-])fahr(?:e)? (.+?) (?:herunter|runter)(?![\p{L}-])/giu, "shut down $1"],
  [/(?<![\p{L}-])fahr(?:e)? (.+?) (?:hoch|wieder hoch)(?![\p{L}-])/giu, "start $1"],
  [/(?<![\p{L}-])lad(?:e)? (?:bitte )?(?:die )?(?:konfiguration|config|einstellungen) (?:von|vom|des) (.+?) neu(?![\p{L}-])/giu, "reload $1"],
  [/(?<![\p{L}-])lad(?:e)? (.+?) neu(?![\p{L}-])/giu, "reload $1"],
  [/(?<![\p{L}-])schalt(?:e)? (.+?) (ab|aus)(?![\p{L}-])/giu, "turn off $1"],
  [/(?<![\p{L}-])schalt(?:e)? (.+?) (an|ein)(?![\p{L}-])/giu, "turn on $1"],
  [/(?<![\p{L}-])mach(?:e)? (.+?) (?:auf|frei)(?![\p{L}-])/giu, "open $1"],
  [/(?<![\p{L}-])öffne(?![\p{L}-])/giu, "open"],
  [/(?<![\p{L}-])läuft (.+?) (?:bald )?ab(?![\p{L}-])/giu, "does $1 expire"],
  [/(?<![\p{L}-])lass(?:e|t)? (.+?) in (?:ruhe|frieden)(?![\p{L}-])/giu, "leave $1 alone"], word("heute (?:morgen|früh)", "this morning"),
  word("auf (?:gar )?keinen fall|unter keinen umständen", "never"), word("lieber nicht|doch nicht", "rather not"), word("was wurde", "what was"),
  word("neu starten|neu zu starten|neustarten|durchstarten|neugestartet werden|neu gestartet werden", "restart"), word("starte|start|starten", "start"),
  word("neu laden|neuladen", "reload"), word("herunterfahren|runterfahren|abschalten|ausschalten", "shut down"), word("hochfahren", "start"),
  word("wie viele|wieviele", "how many"), word("wie viel|wieviel", "how much"), word("wie lange", "how long"), word("wie spät", "what time"), word("wie geht es|wie geht's|wie gehts", "how is"),
  word("gibt es|gibt's|gibts", "are there"), word("was ist los mit|was ist mit", "what is wrong with"), word("am leben", "alive"), word("nicht mehr", "not"), word("zu ende", "out"),
  word("was frisst|was belegt|was verbraucht|was braucht", "what is using"), word("kannst du|könntest du|können sie|könnten sie|kannst", "can you"), word("schau mal|schau dir|schau|sieh", "look at"), word("auf welchem|in welchem|an welchem", "on which"), word("was hat", "what did"), word("was läuft", "what is running"), word("was hängt|was lauscht|was hört", "what listens"),
];

const WORDS: readonly Turn[] = (
  [
    ["bitte", "please"], ["mal|schon|bereits|doch|eigentlich|denn|halt|eben|gerade|gerne|jetzt gleich", ""], ["noch", "still"], ["ist|sei", "is"], ["sind", "are"], ["war", "was"], ["waren", "were"], ["hat", "has"], ["haben", "have"], ["wird", "will"], ["läuft|laeuft|laufen|rennt", "is running"], ["geht|tut", "works"], ["kann|können|könnte|konnte", "can"],
    ["warum|wieso|weshalb", "why is"], ["wie", "how"], ["was", "what"], ["wer", "who"], ["wo", "where"], ["wann", "when"], ["welche|welcher|welches|welchen|welchem", "which"], ["ob", "if"], ["wenn|falls|sobald", "if"],
    ["auf|am|bei|beim", "on"], ["an", "on"], ["von|vom|des", "of"], ["zu|zum|zur|nach", "to"], ["aus", "from"], ["mit", "with"], ["für|fuer", "for"], ["in|im", "in"], ["über", "about"], ["unter", "under"], ["seit", "since"], ["und", "and"], ["oder", "or"], ["dann|danach|anschließend", "then"], ["auch", "also"],
    ["der|die|das|dem|den", "the"], ["ein|eine|einen|einem|einer", "a"], ["mein|meine|meinen|unser|unsere|unseren", "our"], ["mir|uns", "me"], ["ich", "i"], ["wir", "we"], ["es", "it"], ["sich", ""], ["alle|allen|sämtliche", "all"], ["jeder|jede|jeden", "every"],
    ["nicht|nichts", "do not"], ["kein|keine|keinen|keinesfalls", "no"], ["nie|niemals|auf keinen fall", "never"], ["ohne", "without"],
    ["wurde|wurden", "was"], ["installiert", "installed"], ["abgestürzt|abgestuerzt|gecrasht", "crashed"], ["genug|ausreichend", "enough"], ["tot", "dead"], ["weg", "gone"],
    ["zeig|zeige|zeigen|zeigt", "show"], ["gib", "give"], ["liste|auflisten", "list"], ["prüf|prüfe|prüfen|pruefe|checke|kontrolliere|überprüfe|überprüfen|teste", "check"], ["such|suche|suchen", "search"], ["find|finde|finden", "find"], ["lies|lese|lesen", "read"], ["sag|sage", "tell"], ["erklär|erkläre", "explain"],
    ["stopp|stoppe|stoppen|beende|beenden|halte an|anhalten", "stop"], ["lösch|lösche|löschen|loesche|loeschen|entferne|entfernen", "delete"], ["formatiere|formatieren", "format"], ["installiere|installieren", "install"], ["aktualisiere|aktualisieren", "upgrade"], ["ändere|ändern|setze|setzen", "set"], ["erstelle|erstellen|lege an|anlegen", "create"], ["sperre|sperren", "lock"], ["kopiere|kopieren", "copy"], ["verschiebe|verschieben", "move"], ["schicke|schick|sende", "send"], ["aktiviere|aktivieren", "enable"], ["deaktiviere|deaktivieren", "disable"], ["repariere|reparieren", "repair"], ["neustart", "restart"],
    ["platte|festplatte", "disk"], ["platten|festplatten", "disks"], ["speicherplatz|plattenplatz|platz", "disk space"], ["arbeitsspeicher|hauptspeicher|speicher|ram", "memory"], ["prozessor|prozessoren|kerne", "cpu"], ["auslastung|last", "load"], ["dienst", "service"], ["dienste|diensten", "services"], ["prozess", "process"], ["prozesse|prozessen", "processes"], ["rechner|maschine|kiste", "machine"], ["maschinen|kisten", "machines"], ["servern", "servers"], ["datenbank", "database"], ["datenbanken", "databases"], ["abfrage", "query"], ["abfragen", "queries"], ["verzeichnis|ordner", "folder"], ["verzeichnisse", "folders"], ["datei", "file"], ["dateien", "files"], ["protokoll|logdatei", "log"], ["protokolle|logdateien", "logs"], ["fehler|fehlern", "errors"], ["fehlermeldungen", "error messages"], ["meldungen", "messages"], ["benutzer|nutzer|anwender", "users"], ["anmeldungen|logins", "logins"], ["anmeldeversuche", "login attempts"], ["fehlgeschlagene|fehlgeschlagenen|gescheiterte", "failed"], ["zertifikat", "certificate"], ["zertifikate", "certificates"], ["netzwerk|netz", "network"], ["verbindung", "connection"], ["verbindungen", "connections"], ["adresse", "address"], ["adressen", "addresses"], ["uhrzeit|uhr|zeit", "time"], ["paket", "package"], ["pakete", "packages"], ["lüfter", "fans"], ["temperatur", "temperature"], ["temperaturen", "temperatures"], ["netzteil|netzteile", "power supplies"], ["seite|webseite|website", "website"], ["einstellung|einstellungen|konfiguration|konfig", "config"], ["zeilen", "lines"], ["aktualisierungen", "updates"], ["sicherheitsupdates", "security updates"], ["firewallregeln", "firewall rules"], ["laufwerk|laufwerke", "drives"], ["betriebssystem", "operating system"], ["version", "version"], ["zustand|zustandes", "state"], ["gesundheit", "health"],
    ["voll|vollgelaufen", "full"], ["leer", "empty"], ["frei|übrig", "free"], ["offen|offene|offenen", "open"], ["langsam|träge|lahm", "slow"], ["kaputt|defekt", "broken"], ["erreichbar", "reachable"], ["eingeloggt|angemeldet", "logged in"], ["abgelaufen", "expired"], ["läuft ab|ablaufen", "expire"], ["gesund|in ordnung", "healthy"], ["gestern", "yesterday"], ["heute", "today"], ["heute nacht", "tonight"], ["morgen", "tomorrow"], ["später", "later"], ["jetzt|gerade eben", "now"], ["stunde", "hour"], ["stunden", "hours"], ["minuten", "minutes"], ["tage|tagen", "days"], ["woche", "week"], ["letzten|letzte|letzter", "last"], ["größten|größte|grösste|groessten", "biggest"], ["große|grosse|großen", "large"], ["groß|gross", "big"], ["meisten|meiste", "most"], ["viel", "much"], ["viele", "many"], ["so", "so"], ["los", "wrong"], ["da", "there"], ["dort", "there"], ["frisst|belegt|verbraucht", "uses"], ["hängt", "hangs"], ["antwortet", "answers"], ["erreicht|erreichen", "reach"], ["ausstehende|offenstehende", "pending"], ["verfügbar|verfügbare", "available"],
  ] as const
).map(([german, english]) => word(german, english));

const QUOTED = /"[^"]{0,300}"|'[^' ][^']{0,298}'(?![a-z])|`[^`]*`/g;
const ENDS_IN_ORDER = /^(?:please )*(?:can you (?:please )?)?(?!should\b|what|which|who|how|why|when|where|is|are|was|were|has|have|does|running|show|list|check|find|do not)(.+?) (restart|stop|start|reload|delete|reboot|enable|disable|install|shut down|format)[\s.!?]*$/i;

/** The sentence in the words runbooks are taught; as it was, when there is no German in it. */
export function fromGerman(sentence: string): string {
  const masked = sentence.replace(QUOTED, "");
  if (!ONLY_GERMAN.test(masked) || sentence.length > 600) return sentence;
  const quotes: string[] = [];
  let text = sentence.replace(QUOTED, (quoted) => `\u0001${quotes.push(quoted) - 1}\u0001`);
  for (const [german, english] of [...TURNS, ...WORDS]) text = text.replace(german, english);
  text = text.replace(/\bwhy is is\b/g, "why is").replace(/\bwhy is (running|works|hangs|answers|has)\b/g, "why $1").replace(/^is running (.+)$/i, "is $1 running").replace(/^why (?:is )?(?:is )?running (.+?) do not\b/i, "why is $1 not running").replace(/\s+/g, " ").trim();
  const order = ENDS_IN_ORDER.exec(text);
  // "Nginx auf web-01 neustarten?" asks; with "bitte" or "kannst du" before it the mark is only manners.
  if (order && !/\bshould i\b/.test(text)) text = `${order[2]} ${order[1]}${/\?\s*$/.test(text) && !/\b(?:please|can you)\b/i.test(text) ? "?" : ""}`;
  return text.replace(/\u0001(\d+)\u0001/g, (_all, at: string) => quotes[Number(at)] ?? "");
}
