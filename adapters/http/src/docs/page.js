// Shows the document in the product's colours, light or dark as the system is, on a desk or a phone, and
// with what programs use before what people see.
(() => {
  const CHAPTERS = ['Tokens', 'Discovery', 'Registration', 'Health', 'Documentation', 'Authorization', 'Account'];
  const LIGHT = {
    theme: 'light',
    'bg-color': '#ffffff',
    'text-color': '#1b2026',
    'header-color': '#12595a',
    'primary-color': '#12595a',
    'nav-bg-color': '#f3f2ee',
    'nav-text-color': '#3d454e',
    'nav-hover-bg-color': '#e6e4dd',
    'nav-hover-text-color': '#12595a',
    'nav-accent-color': '#12595a',
  };
  const DARK = {
    theme: 'dark',
    'bg-color': '#1b1f23',
    'text-color': '#e9e7e2',
    'header-color': '#121518',
    'primary-color': '#79cfc5',
    'nav-bg-color': '#121518',
    'nav-text-color': '#a4abb3',
    'nav-hover-bg-color': '#22272c',
    'nav-hover-text-color': '#79cfc5',
    'nav-accent-color': '#79cfc5',
  };
  // On a phone what stands side by side goes one below the other.
  const NARROW = `@media (max-width: 767px) {
    .m-table tr, .m-table td { display: block; width: auto !important; text-align: left !important; }
    .m-table td > div { width: auto !important; text-align: left !important; }
  }`;
  const viewer = document.querySelector('rapi-doc');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const narrow = matchMedia('(max-width: 767px)');

  function dress() {
    for (const [name, value] of Object.entries(dark.matches ? DARK : LIGHT)) viewer.setAttribute(name, value);
  }

  // Without room for the list of operations beside them, the operations themselves are the list.
  function fit() {
    viewer.setAttribute('render-style', narrow.matches ? 'view' : 'read');
  }

  const place = ({ name }) => CHAPTERS.indexOf(name);
  dark.addEventListener('change', dress);
  narrow.addEventListener('change', fit);
  dress();
  fit();
  const style = new CSSStyleSheet();
  style.replaceSync(NARROW);
  customElements.get('api-request').elementStyles.push(style);
  fetch('openapi.json')
    .then((answer) => answer.json())
    .then((description) => {
      description.tags.sort((one, other) => place(one) - place(other));
      return viewer.loadSpec(description);
    });
})();
