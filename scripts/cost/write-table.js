'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { table } = require('./table');

const PAGE = path.join(__dirname, '..', '..', 'docs', 'explanation', 'cost.md');
const BETWEEN = /(<!-- actions: .*? -->\n)[\s\S]*?(\n<!-- actions: end -->)/;

const page = fs.readFileSync(PAGE, 'utf8');
fs.writeFileSync(
  PAGE,
  page.replace(BETWEEN, (_, begin, end) => `${begin}\n${table()}\n${end}`),
);
