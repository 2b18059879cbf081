/**
 * What the card tokens of the generated payments are encrypted with, and those that runs add. No secret:
 * no card is behind any of them. It goes to the server with the connection, as a secret would, so that no
 * statement and no log has it.
 */
export const CARD_KEY = 'cartload-development-key';
