/** The one stylesheet of the plain pages: readable text, quiet lines, light and dark. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfaf8, #16181b); --paper: light-dark(#fff, #1d2024); --ink: light-dark(#1c1e21, #e6e4df);
  --quiet: light-dark(#62666d, #9aa0a6); --line: light-dark(#e4e1db, #30343a); --accent: light-dark(#0b5c55, #6fc7bb);
  --warn: light-dark(#8a4b00, #e0a458);
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 1rem 1.25rem }
header { display: flex; gap: 1rem; align-items: baseline; border-bottom: 1px solid var(--line) }
header .who { margin-left: auto; color: var(--quiet); display: flex; gap: .75rem; align-items: baseline }
footer { color: var(--quiet); font-size: .85rem; border-top: 1px solid var(--line); margin-top: 3rem }
a { color: var(--accent); text-underline-offset: .15em }
header a { text-decoration: none; font-weight: 600 }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1.2rem 0 .3rem; text-wrap: balance }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .5rem }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; font-family: ui-monospace, monospace }
.lead { font-size: 1.05rem; max-width: 46rem } .quiet { color: var(--quiet) } .warn { color: var(--warn) }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; background: var(--paper); border: 1px solid var(--line); font-size: .92rem }
th, td { text-align: left; vertical-align: top; padding: .4rem .7rem; border-top: 1px solid var(--line) }
thead th { border-top: 0; font-weight: 600; color: var(--quiet); white-space: nowrap }
code, pre { font: .88rem/1.5 ui-monospace, monospace } td code { overflow-wrap: anywhere }
pre { background: var(--paper); border: 1px solid var(--line); padding: .7rem .9rem; overflow-x: auto; white-space: pre-wrap }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; margin: .8rem 0 }
dt { color: var(--quiet) } dd { margin: 0; overflow-wrap: anywhere }
form.inline { display: inline } label { display: block; margin: 1rem 0 .3rem }
input { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .3rem; padding: .45rem .6rem; width: min(34rem, 100%) }
button { font: inherit; border: 1px solid var(--accent); background: var(--accent); color: var(--ground); border-radius: .3rem; padding: .4rem .9rem; cursor: pointer; margin-top: .8rem }
button.plain { border: 0; background: none; color: var(--quiet); padding: 0; margin: 0; text-decoration: underline; text-underline-offset: .15em }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.tag { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .55rem; font-size: .8rem; color: var(--quiet) }
`.trimStart()
