import { Body, Catch, Controller, createParamDecorator, Delete, Get, Injectable, Param, Patch, Post, Put, Query, Req, Res, UseFilters, UseGuards, All, type ArgumentsHost, type CanActivate, type ExceptionFilter, type ExecutionContext } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Problem } from '@lib/contracts/problems.js';
import { inLanguage } from '@lib/contracts/messages.js';
import { Clock } from '@lib/platform/clock.js';
import { Pace } from '@lib/provisioning/pace.js';
import { ScimGroups } from '@lib/provisioning/scim-groups.service.js';
import { ScimUsers } from '@lib/provisioning/scim-users.service.js';
import { errorBody, ScimError } from '@lib/provisioning/scim/errors.js';
import { listSchema, mostResults, resourceTypes, schemas, serviceProviderConfig } from '@lib/provisioning/scim/schemas.js';
import { ProvisioningTokens, type ProvisioningClient } from '@lib/provisioning/tokens.service.js';
import { Origins } from './origins.js';
import { problemOf } from './problem.filter.js';
import { Public } from './session.guard.js';

export const scimPath = 'scim/v2';
const media = 'application/scim+json';

type ScimRequest = Request & { provisioningClient?: ProvisioningClient };

/** [PR17] Entra ID asks for 25 requests a second at least; a full synchronisation may come in a burst. */
const burst = 500;
const perSecond = 50;
const triesPerSecond = 1 / 3;

/** [PR11, PR12] A living key, and its pace. A cookie counts for nothing here. */
@Injectable()
export class ScimGuard implements CanActivate {
  private readonly pace = new Pace(burst, perSecond);
  private readonly strangers = new Pace(20, triesPerSecond);

  constructor(
    private readonly tokens: ProvisioningTokens,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ScimRequest>();
    const response = context.switchToHttp().getResponse<Response>();
    const nowMs = this.clock.now().epochMilliseconds;
    const token = /^Bearer ([\w-]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
    const client = token === undefined ? null : await this.tokens.clientOf(token);
    const waitS = client === null ? this.strangers.spend(request.ip ?? '', nowMs) : this.pace.spend(client.clientId, nowMs);
    if (waitS > 0) {
      response.set('Retry-After', String(waitS));
      throw new ScimError(429, 'Too many requests.');
    }
    if (client === null) {
      response.set('WWW-Authenticate', 'Bearer realm="scim"');
      throw new ScimError(401, 'A valid key is needed.');
    }
    request.provisioningClient = client;
    return true;
  }
}

/** Everything that is thrown leaves as a SCIM error. */
@Catch()
export class ScimFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) response.destroy();
    else answerScimError(response, scimErrorOf(error, host.switchToHttp().getRequest<Request>()));
  }
}

export function answerScimError(response: Response, error: ScimError): void {
  response.status(error.status).type(media).set('Cache-Control', 'no-store').send(JSON.stringify(errorBody(error)));
}

export function scimErrorOf(error: unknown, request: Request): ScimError {
  if (error instanceof ScimError) return error;
  const problem = problemOf(error, request);
  // Of what is wrong with a field, its sentence in English; never a value.
  const detail = problem.errors.length > 0 ? problem.errors.map(({ message }) => inLanguage(message, 'en')).join(' ') : problem.detail === undefined ? new Problem(problem.code).body('en').title : inLanguage(problem.detail, 'en');
  if (problem.code === 'conflict') return new ScimError(409, detail, 'uniqueness');
  if (problem.code === 'malformed-request') return new ScimError(400, detail, 'invalidSyntax');
  if (problem.code === 'invalid-input' || problem.code === 'transition-refused') return new ScimError(400, detail, 'invalidValue');
  return new ScimError(problem.status, detail);
}

const Client = createParamDecorator((_: unknown, context: ExecutionContext): ProvisioningClient => context.switchToHttp().getRequest<ScimRequest>().provisioningClient!);

/** The version a client had (W/"3" or "3"); null when it did not say. */
const Version = createParamDecorator((_: unknown, context: ExecutionContext): number | null => {
  const header = context.switchToHttp().getRequest<Request>().headers['if-match']?.trim();
  if (header === undefined || header === '*') return null;
  const match = /^(?:W\/)?"(\d{1,9})"$/.exec(header);
  if (match === null) throw new ScimError(412, 'The resource has another version.');
  return Number(match[1]);
});

type Parameters = Record<string, unknown>;

/** SCIM 2.0 (RFC 7643, RFC 7644) for the user management of one authority: that of the key. */
@Public()
@UseGuards(ScimGuard)
@UseFilters(ScimFilter)
@ApiExcludeController()
@Controller(scimPath)
export class ScimController {
  constructor(
    private readonly users: ScimUsers,
    private readonly groups: ScimGroups,
    private readonly origins: Origins,
  ) {}

  @Get('ServiceProviderConfig')
  configuration(@Res() response: Response): void {
    this.answer(response, 200, serviceProviderConfig(this.base));
  }

  @Get('Schemas')
  schemas(@Query() query: Parameters, @Res() response: Response): void {
    this.answer(response, 200, this.described(schemas(this.base), query));
  }

  @Get('Schemas/:id')
  schema(@Param('id') id: string, @Res() response: Response): void {
    this.answer(response, 200, one(schemas(this.base), id));
  }

  @Get('ResourceTypes')
  types(@Query() query: Parameters, @Res() response: Response): void {
    this.answer(response, 200, this.described(resourceTypes(this.base), query));
  }

  @Get('ResourceTypes/:id')
  type(@Param('id') id: string, @Res() response: Response): void {
    this.answer(response, 200, one(resourceTypes(this.base), id));
  }

  @Get('Users')
  async listUsers(@Client() client: ProvisioningClient, @Query() query: Parameters, @Res() response: Response): Promise<void> {
    const page = pageOf(query);
    this.answer(response, 200, listOf(await this.users.list(client, page, this.base), page.startIndex, query));
  }

  @Post('Users')
  async createUser(@Client() client: ProvisioningClient, @Body() body: unknown, @Query() query: Parameters, @Res() response: Response): Promise<void> {
    const { id, resource } = await this.users.create(client, body, this.base);
    response.set('Location', `${this.base}/Users/${id}`);
    this.answer(response, 201, projected(resource, query));
  }

  @Get('Users/:id')
  async getUser(@Client() client: ProvisioningClient, @Param('id') id: string, @Query() query: Parameters, @Req() request: Request, @Res() response: Response): Promise<void> {
    const resource = await this.users.get(client, id, this.base);
    if (request.headers['if-none-match'] !== undefined && request.headers['if-none-match'] === versionOf(resource)) response.status(304).set('ETag', versionOf(resource)).end();
    else this.answer(response, 200, projected(resource, query), versionOf(resource));
  }

  @Put('Users/:id')
  async replaceUser(@Client() client: ProvisioningClient, @Param('id') id: string, @Version() version: number | null, @Body() body: unknown, @Query() query: Parameters, @Res() response: Response): Promise<void> {
    const resource = await this.users.replace(client, id, version, body, this.base);
    this.answer(response, 200, projected(resource, query), versionOf(resource));
  }

  @Patch('Users/:id')
  async patchUser(@Client() client: ProvisioningClient, @Param('id') id: string, @Version() version: number | null, @Body() body: unknown, @Query() query: Parameters, @Res() response: Response): Promise<void> {
    const resource = await this.users.patch(client, id, version, body, this.base);
    this.answer(response, 200, projected(resource, query), versionOf(resource));
  }

  @Delete('Users/:id')
  async removeUser(@Client() client: ProvisioningClient, @Param('id') id: string, @Version() version: number | null, @Res() response: Response): Promise<void> {
    await this.users.remove(client, id, version);
    response.status(204).end();
  }

  @Get('Groups')
  async listGroups(@Client() client: ProvisioningClient, @Query() query: Parameters, @Res() response: Response): Promise<void> {
    const page = pageOf(query);
    this.answer(response, 200, listOf(await this.groups.list(client, page, this.base), page.startIndex, query));
  }

  @Post('Groups')
  createGroup(@Body() body: unknown): void {
    this.groups.create(body);
  }

  @Get('Groups/:id')
  async getGroup(@Client() client: ProvisioningClient, @Param('id') id: string, @Query() query: Parameters, @Res() response: Response): Promise<void> {
    this.answer(response, 200, projected(await this.groups.get(client, id, this.base), query));
  }

  @Put('Groups/:id')
  async replaceGroup(@Client() client: ProvisioningClient, @Param('id') id: string, @Body() body: unknown, @Query() query: Parameters, @Res() response: Response): Promise<void> {
    await this.groups.replace(client, id, body);
    this.answer(response, 200, projected(await this.groups.get(client, id, this.base), query));
  }

  /** Without a body, as Entra ID asks of groups: they may be large. */
  @Patch('Groups/:id')
  async patchGroup(@Client() client: ProvisioningClient, @Param('id') id: string, @Body() body: unknown, @Res() response: Response): Promise<void> {
    await this.groups.patch(client, id, body);
    response.status(204).end();
  }

  @Delete('Groups/:id')
  async removeGroup(@Client() client: ProvisioningClient, @Param('id') id: string): Promise<void> {
    await this.groups.get(client, id, this.base);
    throw new ScimError(403, 'The groups stay; take their members away.');
  }

  @All(['Me', 'Bulk', '.search', 'Users/.search', 'Groups/.search'])
  unsupported(): void {
    throw new ScimError(501, 'This is not offered; see ServiceProviderConfig.');
  }

  @All(['/', '*rest'])
  nothing(): void {
    throw new ScimError(404, 'There is no such endpoint.');
  }

  private get base(): string {
    return `${this.origins.address}/${scimPath}`;
  }

  private described(all: object[], query: Parameters): object {
    // RFC 7644 §4: a filter here is refused, so that nobody takes a part for the whole.
    if (query.filter !== undefined) throw new ScimError(403, 'These are not filtered.');
    return { schemas: [listSchema], totalResults: all.length, startIndex: 1, itemsPerPage: all.length, Resources: all };
  }

  private answer(response: Response, status: number, body: object, etag?: string): void {
    const version = etag ?? versionOf(body);
    if (version !== '') response.set('ETag', version);
    else response.removeHeader('ETag');
    response.status(status).type(media).end(JSON.stringify(body));
  }
}

const versionOf = (resource: object): string => ('meta' in resource ? ((resource.meta as { version?: string }).version ?? '') : '');

function one<T extends { id: string }>(all: readonly T[], id: string): T {
  const found = all.find((each) => each.id === id);
  if (found === undefined) throw new ScimError(404, 'There is no such resource.');
  return found;
}

const textOf = (query: Parameters, name: string): string | null => {
  const value = query[name];
  if (value === undefined) return null;
  if (typeof value !== 'string') throw new ScimError(400, `${name} comes once.`, 'invalidSyntax');
  return value;
};

/** RFC 7644 §3.4.2.4: what is below one counts as one, a negative count as none. */
function pageOf(query: Parameters): { filter: string | null; startIndex: number; count: number } {
  const number = (name: string, fallback: number) => {
    const text = textOf(query, name);
    if (text === null || text === '') return fallback;
    if (!/^-?\d{1,9}$/.test(text)) throw new ScimError(400, `${name} is a number.`, 'invalidValue');
    return Number(text);
  };
  return { filter: textOf(query, 'filter'), startIndex: Math.max(1, number('startIndex', 1)), count: Math.min(mostResults, Math.max(0, number('count', 100))) };
}

const listOf = ({ total, resources }: { total: number; resources: object[] }, startIndex: number, query: Parameters): object => ({
  schemas: [listSchema],
  totalResults: total,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources.map((resource) => projected(resource, query)),
});

/** `attributes` and `excludedAttributes` (RFC 7644 §3.9), by whole attributes; what is always returned stays. */
function projected(resource: object, query: Parameters): object {
  const names = (name: string) => textOf(query, name)?.split(',').map((part) => part.trim().toLowerCase()).filter((part) => part !== '') ?? null;
  const [only, without] = [names('attributes'), names('excludedAttributes')];
  if (only === null && without === null) return resource;
  const isNamed = (list: readonly string[], key: string) => list.some((name) => name === key || name.startsWith(`${key}.`) || name.startsWith(`${key}:`) || name.endsWith(`:${key}`));
  const kept = ([name]: [string, unknown]) => {
    const key = name.toLowerCase();
    if (key === 'id' || key === 'schemas') return true;
    return only === null ? !(without!.includes(key) || without!.some((one) => one.endsWith(`:${key}`))) : isNamed(only, key);
  };
  return Object.fromEntries(Object.entries(resource).filter(kept));
}
