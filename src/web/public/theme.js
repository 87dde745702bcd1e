// Runs before the first paint, so that a theme chosen by hand does not flash in the other one's colours.
try {
  const theme = JSON.parse(localStorage.getItem('ordinal.preferences') ?? '{}').theme;
  if (theme === 'light' || theme === 'dark') document.documentElement.style.colorScheme = theme;
} catch {
  // No storage, or something else in it: the system's theme it is.
}
