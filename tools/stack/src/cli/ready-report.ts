import { SEED_ORDER } from '../shop/seed-order.ts';
import type { Stack } from '../stack.ts';

/** What the user reads when everything is up: where things are, who may log in, and a command to paste. */
export function readyReport(stack: Stack): string {
  const { urls, ports, dataDir, engine, login } = stack;
  const mongo = { uri: 'MONGO_URI', mongod: 'mongod', embedded: 'embedded document server, development only · 개발용' }[
    engine.kind
  ];
  return `
Ready · 준비되었습니다

  API            ${urls.order}
  Docs · 문서    ${urls.docs}
  Sandbox        ${urls.sandbox}/_sandbox/ledger   every charge · 결제 원장
  TCP            order ${ports.order}  user ${ports.user}  product ${ports.product}  payment ${ports.payment}
  PostgreSQL     ${ports.postgres}
  MongoDB        ${engine.kind === 'uri' ? '' : `${ports.mongo}  `}(${mongo})
  Data · 데이터  ${dataDir.path}
  Logs · 로그    ${dataDir.logs}

  Demo login · 데모 계정   ${login.email} / ${login.password}

Place an order (the token is valid for 15 minutes) · 주문하기 (토큰은 15분간 유효합니다):

${orderCommand(stack)}

Ctrl-C stops everything · 종료하려면 Ctrl-C
`;
}

/** The seed order as a shell command. */
function orderCommand({ urls, token }: Stack): string {
  // In single quotes the shell changes nothing, and the seed order has none.
  return [
    `curl -i ${urls.order}/order`,
    `-H 'Authorization: Bearer ${token}'`,
    `-H 'Content-Type: application/json'`,
    `-d '${JSON.stringify(SEED_ORDER)}'`,
  ].join(' \\\n  ');
}

/** The line of `--json`. */
export function readyLine(stack: Stack): string {
  const { urls, ports, dataDir, login, token } = stack;
  return JSON.stringify({ ready: true, urls, ports, pids: stack.pids(), dataDir: dataDir.path, login, token });
}
