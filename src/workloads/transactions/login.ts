import { sqlStatement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly email: string;
  readonly password: string;
}

const verify = sqlStatement<Input, { customer_id: number | null }>(
  'login.verify',
  'select shop.verify_login(:email::text, :password::text) as customer_id',
);

/** A customer says who he is; the server compares the hash. One in fifty types the password wrong. */
export const login: Transaction<Input> = {
  name: 'login',
  access: 'read',
  statements: [verify],
  input(shopper) {
    const { email, password } = shopper.login();
    return { email, password: shopper.chance(0.02) ? `${password}!` : password };
  },
  async run(session, input) {
    const [found] = await session.execute(verify, input);
    return found?.customer_id === null ? { kind: 'rejected', reason: 'wrong_password' } : DONE;
  },
};
