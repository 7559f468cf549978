import type { BrowserFamily, PlatformFamily } from '@lib/contracts/enums.js';

export interface Device {
  browser: BrowserFamily;
  platform: PlatformFamily;
}

/** The family of a browser and its system: enough to know one's own machines again, too little to be tracked by. */
export function deviceOf(userAgent: string | undefined): Device {
  const says = (pattern: RegExp) => pattern.test(userAgent ?? '');
  return {
    // Every browser claims to be the ones before it, so the order matters.
    browser: says(/\bEdgA?(iOS)?\//) ? 'edge' : says(/\b(Firefox|FxiOS)\//) ? 'firefox' : says(/\b(Chrome|CriOS)\//) ? 'chrome' : says(/\bSafari\//) ? 'safari' : 'other',
    platform: says(/\b(iPhone|iPad|iPod)\b/) ? 'ios' : says(/\bAndroid\b/) ? 'android' : says(/\bWindows\b/) ? 'windows' : says(/\bMacintosh\b/) ? 'macos' : says(/\b(Linux|CrOS)\b/) ? 'linux' : 'other',
  };
}
