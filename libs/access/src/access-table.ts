import { objectNames, rules, type Action, type ObjectName, type Rule } from './rules.js';

const head = `# Hvem må hvad

Denne side er skrevet af programmet selv (\`npm run access-table\`) ud fra den tabel, som afgør hver eneste adgang
(\`libs/access/src/rules.ts\`). En prøve fejler, hvis siden og tabellen ikke siger det samme. Den er til jurister,
databeskyttelsesrådgivere og revisorer; reglernes numre (AC…) står i \`libs/access/SPEC.md\` og i prøvernes navne.

## Sådan læses den

- **Alt er forbudt, medmindre en linje tillader det.** Flere linjer om det samme er hver for sig nok.
- **Ingen adgang følger af at være ansat.** Man handler altid ved én bestemt ansættelse, for én myndighed. Er den eller
  sessionen ophørt, tillader ingen linje noget (AC13).
- **Administratorer og revisorer læser intet indhold** (AC1). Linjerne gælder koordinatorer, deltagere og ledere,
  medmindre andet er skrevet.
- **Manglende og forbudt svarer ens** (AC12): den, der ikke må se noget, kan ikke få at vide, at det findes.
- **Punktet er enheden for adgang.** Dets kreds er alle mødets deltagere eller nævnte myndigheder og personer. Hjemlen
  afgør, hvilke sektorer der kan være i kredsen; en sektor, den ikke omfatter, har aldrig adgang, heller ikke når punktet
  er åbent for alle (AC60).
- **Adgangsperioder** (fra–til) gælder for en deltager i et møde og for en person eller myndighed ved et punkt. Uden for
  perioden er der ingen adgang, ad nogen vej (AC50).

Retsgrundlaget er Samråds begrundelse for linjen. Det skal bekræftes af myndighedens egen jurist.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The table of rules in words, as Markdown. */
export function accessTable(): string {
  const sections = objectNames.map((name) => section(name)).join('\n');
  return `${head}\n${sections}`;
}

function section(name: ObjectName): string {
  const rows = (Object.keys(rules) as Action[])
    .filter((action) => rules[action].object === name)
    .flatMap((action) => (rules[action].rules as readonly Rule<Action>[]).map((rule) => `| ${[rules[action].does, rule.who, rule.when, rule.why, rule.ids.join(', ')].map(cell).join(' | ')} |`));
  return [`## ${name}`, '', '| Hvad | Hvem | Hvornår | Retsgrundlag | Regel |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}
