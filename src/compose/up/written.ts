/** `quiniela up --written`: the compose file as generar-compose.sh left it, with what the host allows looked at first. */
import { parse, YAMLError } from 'yaml';
import { reasonOfYaml } from '../../config/yaml-file.ts';
import { reasonOf, UserError } from '../../errors.ts';
import { readRegularSync } from '../../input/regular-file.ts';
import { isYes } from '../arguments.ts';
import { findRepository } from '../places.ts';
import { holderOfSubnet } from '../subnet.ts';
import { alone } from './alone.ts';
import { removeCutOff } from './cut-off.ts';
import { freeNames } from './host.ts';
import { interruptible } from './interrupted.ts';
import { start } from './start.ts';
import { script, survey } from './survey.ts';
import type { UpOptions } from './up.ts';
import { checkWrittenFiles, type Service } from './written-files.ts';

type Written = {
  services?: Record<string, Service>;
  networks?: { testing_net?: { ipam?: { config?: { subnet?: string }[] } } };
};

/**
 * @returns the exit code
 * @throws {UserError} naming what is in the way; nothing has been started then
 */
export const upWritten = (options: UpOptions): Promise<number> =>
  interruptible(options, () => alone(findRepository(), () => startWritten(options)));

function startWritten({ file, env, say, signal }: UpOptions): Promise<number> {
  const root = findRepository();
  const { services = {}, networks } = read(file);
  const isForced = isYes(env.FORCE);
  const names = Object.values(services).flatMap(({ container_name }) => container_name ?? []);
  const found = survey(root, { names: new Set(names), volumes: ['draw'], nets: ['testing_net'] }, isForced);
  const subnet = networks?.testing_net?.ipam?.config?.[0]?.subnet;
  const hasNetwork = found.networks.some(({ project }) => project === found.project);
  const holder = subnet === undefined || hasNetwork ? undefined : holderOfSubnet(subnet, found.taken);
  if (holder !== undefined) {
    const text = `the subnet ${subnet} of ${JSON.stringify(file)} is taken by ${holder.by} (${holder.cidr}): make up writes a file with a free one`;
    throw new UserError('SUBNET', text);
  }
  checkWrittenFiles(Object.values(services), file, root);
  if (isForced) freeNames(found.holders, true);
  process.stdout.write(script(root, 'images.sh', 'keep'));
  const cut = removeCutOff(found.own, found.networks);
  if (cut !== undefined) say(cut);
  return start({ project: found.project, before: found.own, file, say, signal, isAlone: names.length <= 1 });
}

function read(file: string): Written {
  try {
    return parse(readRegularSync(file), { merge: true, maxAliasCount: -1 }) ?? {};
  } catch (cause) {
    const why = cause instanceof YAMLError ? reasonOfYaml(cause) : reasonOf(cause);
    throw new UserError('FILE', `cannot read ${JSON.stringify(file)}: ${why}`, { cause });
  }
}
