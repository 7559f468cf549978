import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { Search } from './search.service.js';
import { SearchSources } from './search-source.js';

@Module({})
export class SearchModule {
  /** @param sources what can be found; `imports` are the modules it stands on */
  static register(sources: { imports: (Type | DynamicModule)[]; provider: Type<SearchSources> }): DynamicModule {
    return { module: SearchModule, imports: sources.imports, providers: [{ provide: SearchSources, useClass: sources.provider }, Search], exports: [Search] };
  }
}
