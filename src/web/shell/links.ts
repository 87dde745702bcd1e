/**
 * Where a click leads within the interface, so that the view changes and the document is not loaded again. Undefined for
 * everything the browser should do itself: other sites, new tabs, files, and jumps within the page.
 */
export function internalHref(event: MouseEvent): string | undefined {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
    return undefined;
  const link = event.composedPath().find((target) => target instanceof HTMLAnchorElement);
  if (!link || link.target || link.origin !== location.origin || link.pathname.includes('/assets/')) return undefined;
  return link.pathname === location.pathname && link.hash ? undefined : link.href;
}
