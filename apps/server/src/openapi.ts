import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { readConfig } from '@lib/platform/config.js';
import { FileKeyManagement } from '@lib/platform/file-key-management.js';
import { openDatabase } from '@lib/platform/database.js';
import { appModule } from './app.module.js';
import { entities } from './entities.js';
import { ProblemView } from './problem.dto.js';

/** The API as OpenAPI 3.1, generated from controllers and DTOs. The browser's types come from it. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Samråd')
    .setDescription(
      'Meetings about children exposed to violence and abuse: series, agendas, decisions. Every error is application/problem+json (RFC 9457). State changes need an Origin header that is ours. What is missing and what is forbidden answer alike.',
    )
    .setVersion('1')
    .setLicense('MPL-2.0', 'https://www.mozilla.org/en-US/MPL/2.0/')
    .addCookieAuth('samraad_session', { type: 'apiKey', in: 'cookie', name: 'samraad_session' })
    .setOpenAPIVersion('3.1.0')
    .build();
  const document = SwaggerModule.createDocument(app, description, { extraModels: [ProblemView], operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '').toLowerCase()}_${method}` });
  const problem = { description: 'Problem', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemView' } } } };
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path) as { responses?: Record<string, unknown>; operationId?: string }[]) {
      if (operation.responses !== undefined) operation.responses.default = problem;
    }
  }
  return document;
}

/** The same document without a running server: for the file in docs/ and the browser's types. */
export async function documentOfTheApi(): Promise<OpenAPIObject> {
  const config = readConfig({ SAMRAAD_DATA_DIR: 'memory:' });
  const app = await NestFactory.create(appModule(config, { database: await openDatabase(config, entities), keys: new FileKeyManagement(null, true) }), { logger: false });
  app.setGlobalPrefix(apiPrefix, { exclude: [...unprefixed] });
  const document = openApiDocument(app);
  await app.close();
  return document;
}

export const apiPrefix = 'api/v1';

/** Routes that supervisors, identity providers, user management, calendar programs and mail servers ask for. */
export const unprefixed = ['health/live', 'health/ready', 'oidc/:providerId/backchannel-logout', 'scim/v2', 'scim/v2/{*rest}', 'ical/:file', 'inbound-mail'] as const;
