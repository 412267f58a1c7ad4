/** Banks that issue virtual accounts, by the provider's two-digit code, with the Korean name it accepts as well. */
const BANKS: Readonly<Record<string, string>> = {
  '03': '기업',
  '06': '국민',
  '07': '수협',
  '11': '농협',
  '20': '우리',
  '31': '대구',
  '32': '부산',
  '34': '광주',
  '37': '전북',
  '39': '경남',
  '45': '새마을',
  '71': '우체국',
  '81': '하나',
  '88': '신한',
  '89': '케이',
};

/** The two-digit code of a bank given by code or Korean name; undefined when no such bank issues accounts. */
export function bankCode(bank: string): string | undefined {
  return Object.keys(BANKS).find((code) => code === bank || BANKS[code] === bank);
}
