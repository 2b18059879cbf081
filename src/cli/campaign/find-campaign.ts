import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CartloadError } from '../../errors.ts';
import { type Campaign, parseCampaign } from '../../experiments/campaign/campaign-file.ts';
import { packageRoot } from '../../package-info.ts';
import { shownPath } from '../shown-path.ts';

/**
 * Reads a campaign by path or name: as given, then with `.yaml`, from where the user stands, then among the
 * shipped ones.
 *
 * @throws CartloadError BAD_CAMPAIGN
 */
export function readCampaign(name: string, userDirectory: string): Campaign {
  const places = [resolve(userDirectory, name), resolve(packageRoot, name)];
  const candidates = places.flatMap((place) => [place, `${place}.yaml`]);
  const file = candidates.find((each) => existsSync(each) && statSync(each).isFile());
  if (file === undefined) {
    throw new CartloadError('BAD_CAMPAIGN', `There is no campaign "${name}".`, {
      hint: `Looked for ${candidates.map((each) => shownPath(each, userDirectory)).join(', ')}. One comes with Cartload: ${join('campaigns', 'local-classes')}.`,
    });
  }
  return parseCampaign(readFileSync(file, 'utf8'), shownPath(file, userDirectory));
}
