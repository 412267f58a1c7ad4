/** What `--help` says. */
export const HELP = `start: run the whole shop on this machine: PostgreSQL, MongoDB, the payment sandbox and the four services

  npx -y pnpm@12 start           start everything and stay up; Ctrl-C stops it
  npx -y pnpm@12 start --demo    start, place one order end to end, print it, stop; exit code 0 when it was paid
  npx -y pnpm@12 start --json    start and stay up; one line of JSON on stdout when ready, everything else on stderr

Environment (port 0: any free one)
  DATA_DIR           where everything is kept             .data
  HOST               address of the HTTP gateway          127.0.0.1
  HTTP_PORT          HTTP gateway                         3004
  ORDER_TCP_PORT     order                                4004
  USER_TCP_PORT      user                                 4010
  PRODUCT_TCP_PORT   product                              4020
  PAYMENT_TCP_PORT   payment                              4030
  SANDBOX_PORT       payment sandbox                      4099
  POSTGRES_PORT      PostgreSQL                           54320
  MONGO_PORT         MongoDB                              27018
  MONGO_URI          a MongoDB of yours; none is started
  POSTGRES_URL       a PostgreSQL server of yours (postgres://user:password@host:5432); none is started
  LOG_LEVEL          of all services                      info

Logs are in <DATA_DIR>/logs/<process>.log. Remove DATA_DIR to begin anew.
`;
