import { Injectable, ValidationPipe, type ArgumentMetadata, type PipeTransform, type ValidationError } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { registerDecorator } from 'class-validator';
import { Temporal } from 'temporal-polyfill';
import type { Window } from '@lib/access/policy.js';
import { containsCpr, cprDigits } from '@lib/contracts/cpr.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';

/** Validates bodies and queries against their DTO; what is wrong comes back field by field, in Danish. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    exceptionFactory: (errors) => new Problem('invalid-input', undefined, errors.flatMap((error) => flatten(error, ''))),
  });
}

function flatten(error: ValidationError, path: string): FieldError[] {
  const field = path === '' ? error.property : `${path}.${error.property}`;
  const broken = Object.entries(error.constraints ?? {});
  // One sentence a field, and the one that explains most: what is no text is not “too long” as well.
  const [constraint, message] = broken.find(([name]) => name === 'noCpr') ?? broken.find(([name]) => kindOfValue.includes(name)) ?? broken[0] ?? [];
  const own = constraint === undefined ? [] : [{ field, message: danish(constraint, message ?? '') }];
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, field))];
}

const kindOfValue = ['whitelistValidation', 'isString', 'isInt', 'isUuid', 'isArray', 'isObject', 'isIn', 'isBoolean', 'isNotEmpty', 'isInstant'];

/** class-validator speaks English; limits are read out of its message. */
function danish(constraint: string, message: string): string {
  const number = /\d+/.exec(message.replace(/^[^ ]+ /, ''))?.[0];
  const texts: Record<string, string> = {
    isNotEmpty: 'Skal udfyldes.',
    isString: 'Skal være tekst.',
    isInt: 'Skal være et helt tal.',
    isBoolean: 'Skal være ja eller nej.',
    isArray: 'Skal være en liste.',
    isUuid: 'Vælg fra listen.',
    isIn: 'Vælg fra listen.',
    isEnum: 'Vælg fra listen.',
    isInstant: 'Skal være et tidspunkt med tidszone.',
    isEmail: 'Skal være en e-mailadresse.',
    matches: 'Har ikke det rette format.',
    httpsUrl: 'Skal være en adresse, der begynder med https://.',
    arrayUnique: 'Må ikke være der to gange.',
    isObject: 'Skal udfyldes.',
    isDay: 'Datoen findes ikke.',
    noCpr: 'Skriv ikke CPR-numre her. Brug sagsreferencen.',
    minLength: number === '1' ? 'Skal udfyldes.' : `Skal være mindst ${number} tegn.`,
    maxLength: `Må højst være ${number} tegn.`,
    min: `Skal være mindst ${number}.`,
    max: `Må højst være ${number}.`,
    arrayMaxSize: `Må højst have ${number} valg.`,
    arrayMinSize: 'Vælg mindst én.',
    whitelistValidation: 'Feltet kendes ikke.',
  };
  return texts[constraint] ?? 'Værdien kan ikke bruges.';
}

/** An id in a path. What is not a UUID cannot exist, so it answers as what does not exist. */
@Injectable()
export class IdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, _metadata: ArgumentMetadata): string {
    if (typeof value !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) throw new Problem('not-found');
    return value.toLowerCase();
  }
}

/** Text fields are trimmed; an empty optional one counts as not given. */
export const Trimmed = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? trimmed(value) : value));
export const TrimmedOrNull = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? trimmed(value) || null : value));

/**
 * Invisible characters are no content: a reason of zero-width blanks is none. Half a character becomes what UTF-8 makes
 * of it anyway; a JSON column would refuse it.
 */
function trimmed(text: string): string {
  const begun = text.replace(/^[\s\p{Cf}]+/u, '');
  // From the end by hand: an expression would try again at every blank of a long row of them.
  let end = begun.length;
  while (end > 0) {
    const size = end > 1 && /[\udc00-\udfff]/.test(begun[end - 1]!) ? 2 : 1;
    if (!/^[\s\p{Cf}]$/u.test(begun.slice(end - size, end))) break;
    end -= size;
  }
  return begun.slice(0, end).replace(/\p{Cs}/gu, '\ufffd');
}

/** An instant with its offset (RFC 3339), 1900–2199: a wall time alone would mean another moment on every machine. */
export function IsInstant(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isInstant',
      target: target.constructor,
      propertyName: propertyName as string,
      validator: {
        validate: (value: unknown) => {
          if (typeof value !== 'string' || !/^(19|20|21)\d{2}-/.test(value)) return false;
          try {
            Temporal.Instant.from(value);
            return true;
          } catch {
            return false;
          }
        },
      },
    });
}

/** A day that exists, `2026-12-07`, 1900–2199. */
export function IsDay(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isDay',
      target: target.constructor,
      propertyName: propertyName as string,
      validator: { validate: (value: unknown) => typeof value === 'string' && /^(19|20|21)\d{2}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value) },
    });
}

/**
 * Refuses text with a CPR number in it (DOMAIN: a pseudonymous reference instead), also one that is written as links write
 * it. A video room whose ten digits begin like a date is refused with the rest: nobody could tell the two apart.
 */
export function NoCpr(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'noCpr',
      target: target.constructor,
      propertyName: propertyName as string,
      validator: { validate: (value: unknown) => typeof value !== 'string' || !(containsCpr(value) || containsCpr(fromLink(value))) },
    });
}

/** “%2D” is a hyphen and “+” a blank in a link, also where it is written so twice over. What makes a number is ASCII: the rest stays as it is. */
function fromLink(text: string): string {
  let plain = text.replace(/\+/g, ' ');
  for (let n = 0; n < 3; n += 1) plain = plain.replace(/%([0-7][0-9a-f])/gi, (_written, code: string) => String.fromCharCode(parseInt(code, 16)));
  return plain;
}

/** One number of ten digits as it is written, nothing else: what somebody says is no CPR number though it looks like one. */
export function IsCpr(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isCpr',
      target: target.constructor,
      propertyName: propertyName as string,
      validator: { validate: (value: unknown) => typeof value === 'string' && value.length <= 20 && cprDigits(value).length === 10 && containsCpr(value) },
    });
}

/** A link that others will be invited to follow: https, no user name in it that would make one host look like another. */
export function HttpsUrl(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'httpsUrl',
      target: target.constructor,
      propertyName: propertyName as string,
      validator: { validate: (value: unknown) => typeof value !== 'string' || isHttpsUrl(value) },
    });
}

function isHttpsUrl(text: string): boolean {
  try {
    const { protocol, username, password, hostname } = new URL(text);
    return /^https:\/\//i.test(text) && protocol === 'https:' && username + password === '' && hostname.includes('.') && !/\s/.test(text);
  } catch {
    return false;
  }
}

/**
 * A time of access as it was asked for; instants, the end exclusive.
 *
 * @throws Problem `invalid-input` when it ends before it begins
 */
export function windowOf(from: string | null | undefined, to: string | null | undefined, field: string): Window {
  const ms = (text: string | null | undefined) => (text == null ? null : Temporal.Instant.from(text).epochMilliseconds);
  const window = { fromMs: ms(from), toMs: ms(to) };
  if (window.fromMs !== null && window.toMs !== null && window.toMs <= window.fromMs) throw new Problem('invalid-input', undefined, [{ field, message: 'Perioden slutter, før den begynder.' }]);
  return window;
}
