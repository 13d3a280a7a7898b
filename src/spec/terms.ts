import type { Contract } from '../mesh/index.ts'
import { listOf, mapsOf, present, textOf, type Plain } from './plain.ts'

const aboutTerms = /licen[cs]e|terms|privacy|legal|agreement|attribution/i

/** Terms of use as text to show: price, what the description refers to, licences wherever the standard has room for them. */
export function termsOf(value: Plain): Contract['terms'] {
  const { priceAmount, priceCurrency, priceUnit } = mapsOf(value.price)
  const unit = textOf(priceUnit)
  const price = [Number(priceAmount), textOf(priceCurrency), unit === undefined ? undefined : `per ${unit}`]
  const description = mapsOf(value.description)
  const referred = [
    ...listOf(description.authoritativeDefinitions),
    ...listOf(value.authoritativeDefinitions).filter(definition => aboutTerms.test(textOf(definition.type) ?? '')),
  ]
  const custom = [...listOf(value.customProperties), ...listOf(description.customProperties)]
  return [
    ...(priceAmount === undefined ? [] : [{ kind: 'price', text: price.filter(part => part !== undefined).join(' ') }]),
    ...referred.map(definition =>
      present({
        kind: textOf(definition.type) ?? '',
        text: textOf(definition.description) ?? textOf(definition.url) ?? '',
        url: textOf(definition.url),
      }),
    ),
    ...custom.flatMap(({ property, value }) => {
      const [kind, text] = [textOf(property), textOf(value)]
      return kind !== undefined && text !== undefined && aboutTerms.test(kind) ? [{ kind, text }] : []
    }),
  ]
}
