#!/usr/bin/env node
// What a program finds in $BROWSER: a person who signs in, allows, and arrives at the program's own
// callback. Who they are is in the environment.

import { appendFile } from 'node:fs/promises';

import { Visitor } from './visitor.mjs';

const authorization = new URL(process.argv[2]);
await appendFile(process.env.VISITOR_LOG, `${authorization.origin}${authorization.pathname}\n`);

const until = authorization.searchParams.get('redirect_uri');
const callback = await new Visitor(JSON.parse(process.env.VISITOR)).visit(authorization, { until });
await fetch(callback);
