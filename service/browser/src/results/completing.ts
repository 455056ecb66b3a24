// What the editor completes: our prefixes, and the classes and properties of the ontology by their names and by what they are called.
export interface Known {
  prefixes: Record<string, string>;
  terms: [iri: string, kind: string, label: string][];
  lang: string;
}

interface Token {
  string: string;
  start: number;
  end: number;
  state: { lastPredicate?: string; possibleCurrent?: string[] };
  autocompletionString?: string;
}

interface Editor {
  getCompleteToken(): Token;
  getDoc(): { getCursor(): { line: number; ch: number }; getLine(line: number): string };
}

const WORD = /^(?:\?|<|"|')/;

export function completers(known: Known): never[] {
  const short = (iri: string): string => {
    const found = Object.entries(known.prefixes).find(([, space]) => iri.startsWith(space));
    return found ? `${found[0]}:${iri.slice(found[1].length)}` : `<${iri}>`;
  };
  const named = known.terms.map(([iri, , label]) => ({ written: short(iri), label: label.toLowerCase() }));
  const terms = {
    name: "terms",
    bulk: false,
    autoShow: true,
    isValidCompletionPosition: (editor: Editor) => {
      const token = editor.getCompleteToken();
      return token.string.trim().length > 1 && !WORD.test(token.string);
    },
    preProcessToken: (_: Editor, token: Token) => ({ ...token, autocompletionString: token.string }),
    get: (_: Editor, token?: Token) => {
      const sought = (token?.autocompletionString ?? "").toLowerCase();
      const local = sought.replace(/^\w*:/, "");
      const met = named.filter((t) => t.written.toLowerCase().startsWith(sought) || (local.length > 2 && t.label.includes(local)));
      return met.map((t) => t.written).slice(0, 50);
    },
    postProcessSuggestion: (_: Editor, __: Token, suggested: string) => suggested,
  };
  const prefixes = {
    name: "ourPrefixes",
    bulk: false,
    autoShow: true,
    isValidCompletionPosition: (editor: Editor) => {
      const { line, ch } = editor.getDoc().getCursor();
      return /^\s*PREFIX\s+\w*$/i.test(editor.getDoc().getLine(line).slice(0, ch));
    },
    preProcessToken: (_: Editor, token: Token) => ({ ...token, autocompletionString: token.string.trim() }),
    get: (_: Editor, token?: Token) => {
      const sought = token?.autocompletionString ?? "";
      return Object.entries(known.prefixes).map(([name, space]) => `${name}: <${space}>`).filter((line) => line.startsWith(sought));
    },
  };
  return [prefixes, terms] as never[];
}
