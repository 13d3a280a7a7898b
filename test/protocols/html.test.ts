import { expect, test } from 'vitest'
import { html, link } from '../../src/protocols/http/pages/html.ts'

test.each([
  ['<img src=x onerror=fetch(1)>', '<p>&lt;img src=x onerror=fetch(1)&gt;</p>'],
  [`" autofocus onfocus='x'`, '<p>&quot; autofocus onfocus=&#39;x&#39;</p>'],
  ['</p><svg onload=alert(1)>', '<p>&lt;/p&gt;&lt;svg onload=alert(1)&gt;</p>'],
  ['&lt;', '<p>&amp;lt;</p>'],
])('%s is text', (text, shown) => {
  expect(html`<p>${text}</p>`.text).toBe(shown)
  expect(html`<p>${[html`${text}`]}</p>`.text).toBe(shown)
})

test.each([
  'javascript:alert(1)',
  'JAVASCRIPT:alert(1)',
  'data:text/html,x',
  '//evil.example',
  ' javascript:x',
  'vbscript:x',
])('%s is never a link', url => expect(link(url, 'here').text).toBe('here'))

test('plain web addresses are', () => {
  expect(link('https://a.example/?a=1&b="', 'x').text).toBe(
    '<a href="https://a.example/?a=1&amp;b=&quot;" rel="noreferrer">x</a>',
  )
})
