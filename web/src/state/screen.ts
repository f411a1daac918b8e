// The screens of the page, each with an address of its own.

export type Screen = 'overview' | 'health';

export const kScreens: readonly { readonly id: Screen; readonly label: string; readonly path: string }[] = [
  { id: 'overview', label: 'Overview', path: './' },
  { id: 'health', label: 'Data health', path: './health' },
];

export function screenAt(pathname: string): Screen {
  return pathname.endsWith('/health') ? 'health' : 'overview';
}
