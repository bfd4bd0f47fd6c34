import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import type { Series } from './scrape';

const FOLDER = join(__dirname, '..', '..', 'deploy', 'monitoring');
const RULES_FILE = join(FOLDER, 'holdfast.rules.yml');
export const RULES_TEST_FILE = join(FOLDER, 'holdfast.rules.test.yml');
export const CONFIGURATION_FILE = join(FOLDER, 'prometheus.yml');

export interface Alert {
  alert: string;
  expr: string;
  annotations: { summary: string; runbook_url: string };
}

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** A query and where it stands. */
export interface Query {
  where: string;
  expr: string;
}

interface Dashboard {
  uid: string;
  panels: { title: string; targets?: { expr: string }[] }[];
}

export function alerts(): Alert[] {
  const file = parse(readFileSync(RULES_FILE, 'utf8')) as { groups: { rules: Alert[] }[] };
  return file.groups.flatMap(({ rules }) => rules);
}

export function dashboards(): Dashboard[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.dashboard.json'))
    .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Dashboard);
}

export function queries(): Query[] {
  return [
    ...alerts().map(({ alert, expr }) => ({ where: alert, expr })),
    ...dashboards().flatMap(({ uid, panels }) =>
      panels.flatMap(({ title, targets = [] }) =>
        targets.map(({ expr }) => ({
          where: `${uid}: ${title}`,
          expr: expr.replaceAll('$__rate_interval', '5m'),
        })),
      ),
    ),
  ];
}

/** What is wrong with a query: syntax, or a metric, a label or a label's value that no series has. */
export function problemsOf({ where, expr }: Query, series: Series[]): string[] {
  const problems: string[] = [];
  const labels = new Set<string>();
  const grouped: string[] = [];
  const textOf = ({ from, to }: SyntaxNode) => expr.slice(from, to);
  parser.parse(expr).iterate({
    enter: ({ type, node }) => {
      if (type.isError) problems.push(`${where}: can't be parsed at ${node.from}: ${expr}`);
      if (type.name === 'GroupingLabels')
        grouped.push(...node.getChildren('LabelName').map(textOf));
      if (type.name !== 'VectorSelector') return;
      const name = textOf(node.getChild('Identifier') as SyntaxNode);
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      const found = series.filter((one) => one.name === name);
      if (found.length === 0) problems.push(`${where}: there is no metric ${name}`);
      for (const one of found) for (const label of Object.keys(one.labels)) labels.add(label);
      for (const matcher of matchers) {
        const label = textOf(matcher.getChild('LabelName') as SyntaxNode);
        const text = textOf(matcher.getChild('StringLiteral') as SyntaxNode).slice(1, -1);
        // A pattern's alternatives are each looked for.
        for (const value of text.split('|'))
          if (!found.some(({ labels: own }) => new RegExp(`^(${value})$`).test(own[label] ?? '')))
            problems.push(`${where}: ${name} has no ${label} "${value}"`);
      }
    },
  });
  for (const label of grouped)
    if (!labels.has(label)) problems.push(`${where}: no metric has the label ${label}`);
  return problems;
}
