// The look that was chosen, before anything is drawn: the page's own code comes later, and the policy runs no code in pages.
const look = localStorage.getItem('mantine-color-scheme-value')
if (look === 'light' || look === 'dark') document.documentElement.dataset.mantineColorScheme = look
