import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Problem } from '@lib/contracts/problems.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { Public } from './session.guard.js';

/** For load balancers and supervisors: `live` while the process runs, `ready` while it can serve. */
@ApiExcludeController()
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(): Promise<{ status: 'ok' }> {
    try {
      await this.unitOfWork.run((tx) => tx.query('SELECT 1'));
    } catch {
      throw new Problem('not-ready');
    }
    return { status: 'ok' };
  }
}
