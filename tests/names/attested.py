"""Names and how they are met with on documents: Urdu spellings, then Roman ones, the usual first.

Rules that hold here: each row is written from how the name is spelled, not from the tables of
``nsor.names``, which the rows measure; a spelling that the key gets wrong stays. The halves share
no name. Rules and threshold were set while looking at the first (``DEVELOPMENT``); the second
(``HELD_OUT``) was written before anything was measured. What was changed after its first
measurement stands in docs/names.md.
"""

from typing import NamedTuple


class Attested(NamedTuple):
    """One name and its spellings."""

    ur: tuple[str, ...]
    en: tuple[str, ...]


class Half(NamedTuple):
    """The names that one half of the pairs is made up from."""

    men: tuple[Attested, ...]
    women: tuple[Attested, ...]
    families: tuple[Attested, ...]
    confusable: tuple[tuple[Attested, Attested], ...]
    """Names one letter apart that are different names."""


def _rows(text: str) -> tuple[Attested, ...]:
    rows = []
    for line in text.strip().splitlines():
        ur, en = line.split("|")
        rows.append(
            Attested(
                tuple(part.strip() for part in ur.split(",")),
                tuple(part.strip() for part in en.split(",")),
            )
        )
    return tuple(rows)


def _twos(text: str) -> tuple[tuple[Attested, Attested], ...]:
    rows = _rows(text)
    return tuple(zip(rows[::2], rows[1::2], strict=True))


MUHAMMAD = _rows("محمد, محمّد, م | Muhammad, Mohammad, Mohammed, Muhammed, Mohd, Md, M., Mohamed")[0]
GHULAM = _rows("غلام | Ghulam, Gulam, Ghulaam, Golam")[0]
SYED = _rows("سید, سیّد | Syed, Sayed, Sayyid, Saiyid, Sayyed, Syyed")[0]

DEVELOPMENT = Half(
    men=_rows(
        """
        احمد, أحمد | Ahmed, Ahmad, Ahmd, Ehmad
        اکرم, اكرم | Akram, Akrum, Ekram
        اسلم | Aslam, Aslum
        اشرف | Ashraf, Ashruf
        ارشد | Arshad, Irshad, Arshed
        افضل | Afzal, Afzaal, Afzul
        اقبال | Iqbal, Eqbal, Ikbal, Iqbaal
        بشیر, بشير | Bashir, Basheer, Bashier
        تنویر | Tanveer, Tanvir, Tanwir, Tanwear
        جاوید, جاويد | Javed, Javaid, Jawed, Javid, Jawaid
        جمیل | Jamil, Jameel, Jamiel
        حنیف | Hanif, Haneef, Hanief
        حمید | Hameed, Hamid, Hamied
        خالد | Khalid, Khaled, Khalidd
        دلاور | Dilawar, Dilawer, Dilavar
        رفیق | Rafiq, Rafique, Rafeeq, Rafeeque, Rafik
        رشید, رشيد | Rashid, Rasheed, Rashied
        ریاض | Riaz, Riyaz, Reyaz, Riaaz
        رمضان | Ramzan, Ramadan, Ramazan
        زاہد, زاھد | Zahid, Zaahid, Zahed
        ساجد | Sajid, Saajid, Sajjid, Sajed
        سلیم | Saleem, Salim, Selim
        سہیل, سھیل | Sohail, Suhail, Sohel, Suhayl
        شاہد, شاھد | Shahid, Shaahid, Shahed
        شبیر | Shabbir, Shabir, Shabeer
        شعیب | Shoaib, Shuaib, Shoib, Shuayb
        شوکت | Shaukat, Shoukat, Shawkat, Shokat
        صابر | Sabir, Saabir, Saber
        صدیق | Siddique, Sadiq, Siddiq, Sideeq, Sadeeq
        طارق | Tariq, Tarik, Tareq, Tarique
        طاہر | Tahir, Taahir, Taher
        ظفر | Zafar, Zaffar, Zafer
        ظہور, ظھور | Zahoor, Zahur, Zuhoor
        عمران | Imran, Imraan, Emran
        عباس | Abbas, Abas, Abbass
        عزیز | Aziz, Azeez, Aziez
        عثمان | Usman, Uthman, Osman, Othman
        غفور | Ghafoor, Gafoor, Ghafur, Gafur
        فاروق | Farooq, Faruq, Farooque, Farouk, Farukh
        فیصل | Faisal, Faysal, Feisal, Fesal
        قاسم | Qasim, Kasim, Qaasim, Qassim
        قدیر | Qadeer, Qadir, Kadeer
        کاشف | Kashif, Kaashif, Kashiff
        کریم | Karim, Kareem, Karem
        لیاقت | Liaqat, Liaquat, Liyaqat, Liakat
        محمود | Mahmood, Mehmood, Mahmud, Mehmud
        مختار | Mukhtar, Mukhtiar, Mukhtaar
        مسعود | Masood, Masud, Masoud
        منظور | Manzoor, Manzur, Manzour
        منیر | Munir, Muneer, Moneer
        نعیم | Naeem, Naem, Naim, Nayeem
        نذیر | Nazir, Nazeer, Nadheer
        نواز | Nawaz, Navaz, Nawaaz
        وسیم | Waseem, Wasim, Vaseem, Wasiem
        یوسف | Yousaf, Yusuf, Yousuf, Yousif, Yusaf
        یعقوب | Yaqoob, Yaqub, Yakoob, Yaqoub
        حسین | Hussain, Hussein, Husain, Husein
        حسن | Hassan, Hasan, Hasen
        مصطفیٰ, مصطفی | Mustafa, Mustapha, Moustafa
        عبدالرحمن, عبد الرحمٰن, عبدالرحمان | Abdul Rehman, Abdur Rahman, Abdurrahman, Abdul Rahman
        عبداللہ, عبد اللہ, عبدالله | Abdullah, Abdulla, Abd Ullah
        عبدالستار, عبد الستار | Abdul Sattar, Abdus Sattar, Abdul Satar
        ضیاء الحق, ضیاالحق | Zia ul Haq, Ziaulhaq, Zia-ul-Haq, Zia ul Haque
        شمس الدین | Shamsuddin, Shams ud Din, Shamsudin, Shams-ud-Deen
        حبیب اللہ, حبیب الله | Habibullah, Habib Ullah, Habeebullah
        محی الدین | Mohiuddin, Mohyuddin, Muhiuddin, Mohi ud Din
        """
    ),
    women=_rows(
        """
        آمنہ | Amina, Aamina, Aminah, Amna
        عائشہ, عایشہ | Ayesha, Aisha, Aysha, Ayeshah
        فاطمہ | Fatima, Fatimah, Fatma, Faatima
        بشریٰ, بشری | Bushra, Bushrah
        ثمینہ | Samina, Sameena, Saminah
        حمیرا | Humaira, Humera, Humayra
        رخسانہ | Rukhsana, Ruksana, Rukhsanah
        زرینہ | Zarina, Zareena
        شازیہ | Shazia, Shaziya, Shazya
        عظمیٰ, عظمی | Uzma, Uzmah
        فرزانہ | Farzana, Farzanah
        کلثوم | Kulsoom, Kalsoom, Kulsum, Kulthum
        نادیہ | Nadia, Nadiya, Nadya
        یاسمین | Yasmeen, Yasmin, Jasmin
        نسرین | Nasreen, Nasrin
        پروین | Parveen, Perveen, Parvin, Perwin
        صائمہ | Saima, Saimah, Sayma
        سعدیہ | Sadia, Saadia, Sadiya
        کوثر | Kausar, Kosar, Kauser, Kawsar
        """
    ),
    families=_rows(
        """
        خان | Khan, Khaan
        قریشی | Qureshi, Quraishi, Qureshy, Koreshi
        شیخ | Sheikh, Shaikh, Shaykh
        چوہدری, چودھری | Chaudhry, Chaudhary, Choudhry, Ch., Chowdhury
        بھٹی | Bhatti, Bhatty, Bhati
        ملک | Malik, Malick, Mallik
        شاہ, شاھ | Shah, Shaah
        انصاری | Ansari, Ansary
        رضوی | Rizvi, Rizwi
        بٹ | Butt, But, Bhutt
        """
    ),
    confusable=_twos(
        """
        کامران | Kamran
        عمران | Imran
        آصف | Asif
        عاطف | Atif
        ناصر | Nasir
        نذیر | Nazir
        بشیر | Bashir
        بشیرہ | Basheera
        طارق | Tariq
        طاہر | Tahir
        ساجد | Sajid
        ماجد | Majid
        اسلم | Aslam
        اسد | Asad
        حنیف | Hanif
        حفیظ | Hafeez
        منیر | Munir
        منصور | Mansoor
        زاہد | Zahid
        شاہد | Shahid
        اکرم | Akram
        اکبر | Akbar
        نعیم | Naeem
        نسیم | Naseem
        """
    ),
)

HELD_OUT = Half(
    men=_rows(
        """
        اختر | Akhtar, Akhter, Akhtr
        ارسلان | Arsalan, Arslan, Arsalaan
        اعجاز | Ijaz, Ejaz, Aijaz, Ajaz
        امجد | Amjad, Amjid, Amjed
        انور | Anwar, Anwer, Anvar
        ایوب | Ayub, Ayoub, Ayyub, Ayoob
        الیاس | Ilyas, Iliyas, Elyas, Illyas
        الطاف | Altaf, Altaaf, Eltaf
        بابر | Babar, Baber, Babur
        بلال | Bilal, Bilaal, Belal
        پرویز | Pervaiz, Parvez, Pervez, Parwez
        توصیف | Tauseef, Touseef, Tausif, Toseef
        جنید | Junaid, Junaed, Junayd
        جہانگیر, جھانگیر | Jahangir, Jehangir, Jahangeer
        حماد | Hammad, Hamad, Hammaad
        حارث | Haris, Harith, Haaris, Harris
        خرم | Khurram, Khuram, Khurrum
        خلیل | Khalil, Khaleel, Khalleel
        دانش | Danish, Daanish
        ذیشان | Zeeshan, Zishan, Zeshan, Dhishan
        ذاکر | Zakir, Zaakir, Zaker
        راشد | Rashid, Raashid, Rashed
        رضوان | Rizwan, Rizvan, Ridwan
        زبیر | Zubair, Zubayr, Zuber, Zobair
        سرفراز | Sarfraz, Sarfaraz, Serfraz
        سعید | Saeed, Said, Sayeed
        سلطان | Sultan, Sultaan, Soltan
        سکندر | Sikandar, Sikander, Sekandar
        شہزاد, شھزاد | Shahzad, Shehzad, Shahzaad, Shazad
        شفیق | Shafiq, Shafique, Shafeeq
        شکیل | Shakeel, Shakil, Shakiel
        صفدر | Safdar, Safder
        طلحہ | Talha, Talhah, Tulha
        ظہیر, ظھیر | Zaheer, Zahir, Zahier
        عامر | Amir, Aamir, Amer
        عدنان | Adnan, Adnaan, Adhnan
        عرفان | Irfan, Erfan, Irfaan
        عارف | Arif, Aarif, Areef
        غضنفر | Ghazanfar, Ghazanfer, Gazanfar
        فرحان | Farhan, Ferhan, Farhaan
        فہد, فھد | Fahad, Fahd, Fehad
        فیاض | Fayyaz, Fayaz, Fiaz, Fayyaaz
        قمر | Qamar, Kamar, Qamer
        قیصر | Qaiser, Qaisar, Kaiser, Qayser
        گلزار | Gulzar, Gulzaar
        لقمان | Luqman, Lukman, Luqmaan
        مبشر | Mubashir, Mubasher, Mobashir, Mubashar
        مجاہد | Mujahid, Mujaahid, Mujahed
        مظہر, مظھر | Mazhar, Mazher, Mazhir
        معین | Moin, Moeen, Mueen, Muin
        ندیم | Nadeem, Nadim, Nedeem
        نثار | Nisar, Nissar, Nesar
        نوید | Naveed, Navid, Naweed
        وقار | Waqar, Wakar, Vaqar, Waqaar
        وقاص | Waqas, Wakas, Waqqas
        یاسر | Yasir, Yaser, Yassir
        یونس | Younas, Younis, Yunus, Yunis
        ذوالفقار | Zulfiqar, Zulfikar, Zulfqar, Zulfeqar
        عبدالحمید, عبد الحمید | Abdul Hameed, Abdul Hamid, Abdulhameed
        عبدالغفار, عبد الغفار | Abdul Ghaffar, Abdul Gaffar, Abdul Ghafar
        عبدالرشید, عبد الرشید | Abdul Rasheed, Abdur Rashid, Abdul Rashid
        نورالامین, نور الامین | Noor ul Amin, Noorul Amin, Nurul Amin
        صلاح الدین | Salahuddin, Salah ud Din, Salahudin
        عطاء اللہ, عطااللہ, عطا اللہ | Attaullah, Ata Ullah, Atta Ullah, Ataullah
        عزیز الرحمٰن, عزیزالرحمن | Aziz ur Rehman, Azizur Rahman, Aziz-ur-Rahman
        """
    ),
    women=_rows(
        """
        ارم | Iram, Erum, Irum
        اسماء, اسما | Asma, Asmaa, Asmah
        حلیمہ | Halima, Haleema, Halimah
        خدیجہ | Khadija, Khadeeja, Khadijah
        رابعہ | Rabia, Rabea, Rabiah
        روبینہ | Rubina, Robina, Rubeena
        زینب | Zainab, Zaynab, Zeinab, Zenab
        سدرہ | Sidra, Sidrah, Sedra
        شبانہ | Shabana, Shabanah
        صفیہ | Safia, Safiya, Safiyya
        طاہرہ, طاھرہ | Tahira, Tahirah, Taahira
        غزالہ | Ghazala, Gazala, Ghazalah
        فوزیہ | Fozia, Fauzia, Fouzia, Fawzia
        کرن | Kiran, Kirran
        مہوش | Mehwish, Mahwish, Mehvish
        نازیہ | Nazia, Naziya, Nazya
        نگہت | Nighat, Nigat, Nighet
        ماریہ | Maria, Mariya, Mariah
        تسنیم | Tasneem, Tasnim
        """
    ),
    families=_rows(
        """
        صدیقی | Siddiqui, Siddiqi, Sidiqi
        ہاشمی, ھاشمی | Hashmi, Hashimi, Hashmy
        گیلانی | Gilani, Geelani, Gillani
        بخاری | Bukhari, Bokhari, Bukhary
        راجپوت | Rajput, Rajpoot
        مغل | Mughal, Mugal, Moghal
        عباسی | Abbasi, Abasi, Abbassi
        خٹک | Khattak, Khatak
        میمن | Memon, Maimon, Meman
        اعوان | Awan, Aawan, Avan
        """
    ),
    confusable=_twos(
        """
        عارف | Arif
        آصم | Asim
        عامر | Amir
        عمیر | Umair
        راشد | Rashid
        راحت | Rahat
        شکیل | Shakeel
        شکیلہ | Shakeela
        ندیم | Nadeem
        ندا | Nida
        نوید | Naveed
        نوین | Naveen
        فرحان | Farhan
        فرمان | Farman
        عرفان | Irfan
        عمران | Imran
        وقار | Waqar
        وقاص | Waqas
        بابر | Babar
        جابر | Jabir
        ظہیر | Zaheer
        زبیر | Zubair
        یاسر | Yasir
        ناصر | Nasir
        """
    ),
)
