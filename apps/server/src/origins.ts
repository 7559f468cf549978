import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Problem } from '@lib/contracts/problems.js';
import { Config } from '@lib/platform/config.js';
import { answerProblem } from './problem.filter.js';

/**
 * The origins that pages of ours have. State changes and websocket upgrades must name one of them exactly: SameSite
 * cookies do not tell sister sites apart, and browsers put no CORS in front of websockets.
 */
@Injectable()
export class Origins {
  private port: number;

  constructor(private readonly config: Config) {
    this.port = config.PORT;
  }

  /** The port that was really bound (PORT=0 lets the system choose). */
  listening(port: number): void {
    this.port = port;
  }

  /** The address to show people. */
  get address(): string {
    return this.config.PUBLIC_ORIGIN ?? `http://localhost:${this.port}`;
  }

  readonly allows = (origin: string | undefined): boolean => {
    if (origin === undefined) return false;
    if (this.config.PUBLIC_ORIGIN !== undefined) return origin === this.config.PUBLIC_ORIGIN;
    return ['localhost', '127.0.0.1', '[::1]'].some((host) => origin === `http://${host}:${this.port}`);
  };

  /** Express middleware: a request that may change something must come from a page of ours. */
  readonly guard = (request: Request, response: Response, next: NextFunction): void => {
    if (['GET', 'HEAD', 'OPTIONS'].includes(request.method) || this.allows(request.headers.origin)) next();
    else answerProblem(response, new Problem('origin-refused'));
  };
}
