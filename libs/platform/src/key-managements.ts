import type { Config } from './config.js';
import { FileKeyManagement } from './file-key-management.js';
import type { KeyManagement } from './key-management.js';
import { VaultKeyManagement } from './vault-key-management.js';

/** @throws Error for the operator when the key file is missing or is no key file */
export function keyManagement(config: Config): KeyManagement {
  if (config.SAMRAAD_KMS === 'file') return new FileKeyManagement(config.keyFile, config.demo);
  return new VaultKeyManagement({
    address: config.VAULT_ADDR as string,
    tokenFile: config.VAULT_TOKEN_FILE as string,
    mount: config.VAULT_TRANSIT_MOUNT,
    timeoutMs: config.VAULT_TIMEOUT_MS,
    ...(config.VAULT_NAMESPACE === undefined ? {} : { namespace: config.VAULT_NAMESPACE }),
  });
}
