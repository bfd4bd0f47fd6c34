import { installBrowser } from './stack/browser';

// `npm run browser`: the browser that tests the credits page.

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

installBrowser(say).then(
  (file) => say(`The browser for the tests is ${file}.`),
  (error) => {
    say(error.message);
    process.exitCode = 1;
  },
);
